"""The ground that the tests of the serverless arena stand on."""

from __future__ import annotations

from pathlib import Path

import pytest
from botocore.exceptions import ClientError
from local_aws import Faults, LocalAws, serving

TABLE = {
    "TableName": "arena",
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
    "BillingMode": "PAY_PER_REQUEST",
}


def test_it_listens_on_loopback_alone(local_aws: LocalAws) -> None:
    port = int(local_aws.endpoint_url.rsplit(":", 1)[1])
    assert listening(port) == {"0100007F"}


def test_two_are_two_and_end_with_their_process(local_aws: LocalAws, tmp_path: Path) -> None:
    with serving(tmp_path) as other, other.queue() as url:
        assert other.endpoint_url != local_aws.endpoint_url
        assert url.startswith(other.endpoint_url)
        assert not local_aws.shared("sqs").list_queues(QueueNamePrefix=url.rsplit("/", 1)[1]).get("QueueUrls")
    assert not Path(f"/proc/{other.pid}").exists()


def test_a_server_that_cannot_start_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("local_aws._MINISTACK", ("-c", "raise SystemExit('no such service')"))
    with pytest.raises(pytest.fail.Exception, match="no such service"), serving(tmp_path):
        pass


def test_a_missing_environment_says_how_to_make_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARENA_TEST_AWS_VENV", str(tmp_path / "nowhere"))
    with pytest.raises(pytest.fail.Exception, match="make"), serving(tmp_path):
        pass


def test_a_table_is_fresh_and_gone_afterwards(local_aws: LocalAws) -> None:
    dynamodb = local_aws.shared("dynamodb")
    item = {"pk": {"S": "a"}}
    with local_aws.table(TABLE) as one, local_aws.table(TABLE) as other:
        dynamodb.put_item(TableName=one, Item=item)
        assert "Item" in dynamodb.get_item(TableName=one, Key=item)
        assert "Item" not in dynamodb.get_item(TableName=other, Key=item)
    with pytest.raises(ClientError, match="ResourceNotFound"):
        dynamodb.describe_table(TableName=one)


def test_faults_are_what_the_rules_say_and_are_listed(local_aws: LocalAws, aws_faults: Faults) -> None:
    spoiled = local_aws.client("dynamodb", aws_faults.endpoint_url)
    aws_faults.set([{"service": "dynamodb", "operation": "ListTables", "error": {"code": "ThrottlingException"}}])
    with pytest.raises(ClientError, match="ThrottlingException"):
        spoiled.list_tables()
    assert [one["operation"] for one in aws_faults.fired()] == ["ListTables"] * 2
    aws_faults.set([])
    assert "TableNames" in spoiled.list_tables()
    spoiled.close()


def listening(port: int) -> set[str]:
    """The addresses, as Linux writes them in hexadecimal, on which that port is listened to."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    rows += [line.split() for line in Path("/proc/net/tcp6").read_text().splitlines()[1:]]
    return {row[1].split(":")[0] for row in rows if row[3] == "0A" and int(row[1].split(":")[1], 16) == port}
