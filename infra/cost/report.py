"""What a person reads of a run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from engine.queues.definitions import WORKER_MB
from engine.sentences import counted, joined, say
from infra.cost import prices
from infra.cost.bill import Month, infrastructure, tokens
from infra.cost.counted import Counted
from infra.cost.idle import items
from infra.cost.running import Plan, Result

MONTHS = (10_000, 100_000)
"""So many duels a month are priced."""


def lines(plan: Plan, results: Sequence[Result], *, details: bool) -> Iterator[str]:
    """Every line of the report, the run with the most duels to an invocation first."""
    for result in results:
        yield from _of(plan, result, details=details)
        yield ""
    yield from _month(results[0])
    yield ""
    yield from _tokens(results[0])
    yield ""
    yield say(
        "Prices of {day}, us-east-1, no free tier. Billed are the seconds of waiting, without those for a processor of "
        "this machine, and those of a processor as long as {mb} MB make them, as if they did not overlap.",
        day=prices.PRICED_ON,
        mb=WORKER_MB,
    )


def _of(plan: Plan, result: Result, *, details: bool) -> Iterator[str]:
    found, duels = result.counted, result.duels
    entries = max(1, found.entries)
    shared = counted("one to an invocation", "{n} share an invocation", n=result.shared)
    yield counted(
        "One chess duel of {entries:.1f} sequential entries, models that answer after {seconds:g} s; {shared}",
        "{n:,} chess duels of {entries:.1f} sequential entries, models that answer after {seconds:g} s; {shared}",
        n=duels,
        entries=found.entries / duels,
        seconds=plan.model_seconds,
        shared=shared,
    )
    yield _row(say("write units an entry"), _thousandths(found.entry_units / entries))
    yield _row(say("further write units a duel"), _tenths((found.write_units - found.entry_units) / duels))
    yield from _details(found.written, duels, details)
    yield _row(say("read units a duel"), _tenths(found.read_units / duels))
    yield _row(say("store calls a ply"), _thousandths(found.round_trips / entries))
    yield from _details(found.calls, duels, details)
    yield from _details(found.read, duels, details)
    yield _row(say("SQS requests a duel"), _tenths(found.sqs_requests / duels))
    yield _row(say("boards a duel"), _tenths(found.boards / duels))
    yield _row(say("worker seconds a duel"), _tenths(found.worker_seconds / duels))
    yield _row(say("of them a processor’s"), _tenths(found.processor_seconds / duels))
    yield _row(say("and waiting for one"), _tenths(found.queued_seconds / duels))
    yield _row(say("billed seconds a duel"), _tenths(found.billed_seconds / duels))
    yield _row(say("invocations, starts"), say("{many:,}, {starts:,}", many=found.invocations, starts=found.starts))
    yield _row(say("memory, of {mb} MB", mb=WORKER_MB), say("{mb:,.0f} MB", mb=found.memory_mb))
    bill = infrastructure(found)
    for service, dollars in bill.items():
        yield _row(service, _thousand(dollars, duels))
    total = sum(bill.values())
    yield _row(
        say("infrastructure"),
        say("${dollars:.4f} per 1,000, ${less:.4f} per 100", dollars=1000 * total / duels, less=100 * total / duels),
    )
    out = found.out_bytes / duels / prices.GB
    yield _row(say("sent to the internet"), say("{gb:.2f} GB per 1,000", gb=1000 * out))


def _month(result: Result) -> Iterator[str]:
    month = month_of(result)
    yield say("A month, {shared} duels to an invocation, without tokens", shared=result.shared)
    yield _row(say("without any"), _dollars(month.dollars(0)))
    for duels in MONTHS:
        yield _row(say("all of it with {duels:,} duels", duels=duels), _dollars(month.dollars(duels)))
    yield _row(
        say("sent to the internet"),
        say(
            "the first {free:g} GB a month are free, each further GB is ${price:g}",
            free=prices.FREE_OUT_GB,
            price=prices.OUT_GB,
        ),
    )


def _tokens(result: Result) -> Iterator[str]:
    yield say("Tokens per 1,000 duels, billed by the models’ vendors")
    for model, (read, wrote, dollars) in tokens(result.counted).items():
        figures = say(
            "{read:,} read, {wrote:,} written",
            read=round(1000 * read / result.duels),
            wrote=round(1000 * wrote / result.duels),
        )
        yield _row(model, joined([figures, _dollars(1000 * dollars / result.duels)], ": "))


def month_of(result: Result) -> Month:
    """What was counted of a run, a duel and a sweep each."""
    found, duels = result.counted, result.duels
    return Month(
        sum(infrastructure(found).values()) / duels,
        found.stored_bytes / duels,
        found.out_bytes / duels,
        items(result.sweep),
    )


def idle_lines(sweep: Counted) -> Iterator[str]:
    """What an environment costs while nobody plays, from one call of the sweeper that found nothing to do."""
    found = items(sweep)
    yield say("A month in which nobody plays, in US dollars")
    yield _columns("", say("units"), say("all"), say("after free tier"))
    for one in found:
        yield _columns(one.what, _amount(one.amount), f"{one.full:.3f}", f"{one.left:.3f}")
    totals = (sum(one.full for one in found), sum(one.left for one in found))
    yield _columns(say("together"), "", *(f"{total:.2f}" for total in totals))
    yield ""
    yield say(
        "Prices of {day}, us-east-1. The always-free tier is an account’s: environments that share one share it. "
        "Besides these, what is not used costs nothing; a zone of Route 53 is $0.50, a key of your own $1.",
        day=prices.PRICED_ON,
    )


def _columns(what: str, amount: str, full: str, left: str) -> str:
    return say("  {what:<28} {amount:>12} {full:>8} {left:>20}", what=what, amount=amount, full=full, left=left)


def _amount(amount: float) -> str:
    return f"{amount:,.0f}" if amount == int(amount) or amount > 1000 else f"{amount:,.2f}"


def _details(found: Mapping[str, float], duels: int, wanted: bool) -> Iterator[str]:
    for what, number in sorted(found.items(), key=lambda one: -one[1]) if wanted else ():
        yield f"    {number / duels:8.2f}  {what}"


def _row(what: str, figure: str) -> str:
    return say("  {what:<34} {figure}", what=what, figure=figure)


def _thousand(dollars: float, duels: int) -> str:
    return say("${dollars:.4f} per 1,000", dollars=1000 * dollars / duels)


def _dollars(dollars: float) -> str:
    return say("${dollars:,.2f}", dollars=dollars)


def _tenths(value: float) -> str:
    return say("{value:,.1f}", value=value)


def _thousandths(value: float) -> str:
    return say("{value:,.3f}", value=value)
