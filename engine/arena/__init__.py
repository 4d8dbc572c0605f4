"""The use cases, one file a subject. :class:`Arena` holds them together for whoever runs a command."""

from __future__ import annotations

from dataclasses import dataclass

from engine.arena.adjournments import Adjournments
from engine.arena.admission import Admission
from engine.arena.autoplay import Autoplays
from engine.arena.budgets import Budgets
from engine.arena.challenges import Challenges
from engine.arena.communities import Communities
from engine.arena.context import Context
from engine.arena.draws import Draws
from engine.arena.duels import Duels
from engine.arena.intents import Intents
from engine.arena.ladders import Ladders
from engine.arena.moderation import Moderation
from engine.arena.once import Once
from engine.arena.own_keys import OwnKeys
from engine.arena.people import People
from engine.arena.predictions import Predictions
from engine.arena.quotes import Quotes
from engine.arena.records import Records
from engine.arena.reports import Reports
from engine.arena.rulings import Rulings
from engine.arena.seasons import Seasons
from engine.arena.staking import Staking
from engine.arena.takebacks import Takebacks
from engine.arena.tournament.advancing import Advancing
from engine.arena.tournament.hosting import Hosting
from engine.arena.turns import Turns
from engine.arena.watching import Watching


@dataclass(frozen=True, slots=True)
class Arena:
    """Everything that a command can ask for."""

    context: Context
    communities: Communities
    admission: Admission
    budgets: Budgets
    adjournments: Adjournments
    intents: Intents
    ladders: Ladders
    moderation: Moderation
    rulings: Rulings
    seasons: Seasons
    staking: Staking
    once: Once
    own_keys: OwnKeys
    predictions: Predictions
    quotes: Quotes
    duels: Duels
    draws: Draws
    takebacks: Takebacks
    autoplays: Autoplays
    challenges: Challenges
    records: Records
    reports: Reports
    tournaments: Hosting
    advancing: Advancing
    turns: Turns
    people: People
    watching: Watching

    @classmethod
    def over(cls, context: Context) -> Arena:
        """The use cases over one installation's ports."""
        duels, predictions = Duels(context), Predictions(context)
        return cls(
            context=context,
            communities=Communities(context),
            admission=Admission(context),
            budgets=Budgets(context),
            adjournments=Adjournments(context),
            intents=Intents(context),
            ladders=Ladders(context),
            moderation=Moderation(context),
            rulings=Rulings(context),
            seasons=Seasons(context),
            staking=Staking(context, predictions),
            once=Once(context),
            own_keys=OwnKeys(context),
            predictions=predictions,
            quotes=Quotes(context),
            duels=duels,
            draws=Draws(context),
            takebacks=Takebacks(context),
            autoplays=Autoplays(context),
            challenges=Challenges(context, duels),
            records=Records(context),
            reports=Reports(context),
            tournaments=Hosting(context),
            advancing=Advancing(context),
            turns=Turns(context),
            people=People(context),
            watching=Watching(context),
        )
