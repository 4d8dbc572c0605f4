"""How Terraform and CloudFormation are evaluated before they are compared, and that nothing unknown is passed over."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import aws_names
import cloudformation
import pytest
from cloudformation import Stack
from described import differences, permissions
from expressions import Failed, NotKnown, evaluate
from terraform import Module
from terraform_blocks import assigned, parsed

NAMES = {
    "var": {"name": "arena", "none": None, "list": ["b", "a"], "pair": {"x": 1, "y": 2}, "two": [{"at": 1}, {"at": 2}]},
    "each": {"key": "turns", "value": {"seconds": 900}},
}


def expression(text: str, folder: Path) -> Any:
    """Parsed as Terraform would."""
    (file := folder / "main.tf").write_text(f"locals {{\n  it = {text}\n}}\n")
    (block,) = parsed(file)
    return block.arguments["it"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("900", 900),
        ("0.5", 0.5),
        ("-3", -3),
        ("true", True),
        ("null", None),
        ('"a"', "a"),
        (r'"a\n\"b\""', 'a\n"b"'),
        ('"$${name}"', "${name}"),
        ('"${var.name}-${each.key}"', "arena-turns"),
        ('"${var.list}"', ["b", "a"]),
        ("each.value.seconds", 900),
        ("var.list[1]", "a"),
        ('var.pair["y"]', 2),
        ("var.two[*].at", [1, 2]),
        ("var.none[*]", []),
        ('{ a = 1, "b:c" = 2, (var.name) = 3 }', {"a": 1, "b:c": 2, "arena": 3}),
        ("[\n    1, # one\n    2,\n  ]", [1, 2]),
        ("1 + 2 * 3", 7),
        ('var.name == "arena" && !(1 > 2)', True),
        ("false || 1 != 1", False),
        ("var.none == null ? 1 : var.nothing", 1),
        ('[for one in var.list : "${one}!" if one != "a"]', ["b!"]),
        ("[for index, one in var.list : index]", [0, 1]),
        ("{ for key, value in var.pair : value => key }", {"1": "x", "2": "y"}),
        ("toset(var.list)", ["a", "b"]),
        ("concat([var.list, [var.name]]...)", ["b", "a", "arena"]),
        ("try(var.pair.z, var.none.x, 3)", 3),
        ('merge(var.pair, { y = 3 }, null)', {"x": 1, "y": 3}),
        ("jsonencode({ b = [true], a = null })", '{"a": null, "b": [true]}'),
        ('replace("GET /a", "/[^A-Z]+/", "-")', "GET-"),
        ("flatten([1, [2, [3]]])", [1, 2, 3]),
        ("one([])", None),
        ('lookup(var.pair, "z", -1)', -1),
        ("coalesce(var.none, 3)", 3),
    ],
)  # fmt: skip
def test_an_expression_of_terraform_stands_for_its_value(text: str, value: object, tmp_path: Path) -> None:
    assert evaluate(expression(text, tmp_path), NAMES) == value


@pytest.mark.parametrize("text", ["nonsense(1)", "aws_sqs_queue.turns.arn", "{ for a in var.list : a => a... }"])
def test_what_is_not_known_is_an_error(text: str, tmp_path: Path) -> None:
    with pytest.raises(NotKnown):
        evaluate(expression(text, tmp_path), NAMES)


@pytest.mark.parametrize(
    "text",
    [
        "var.nothing",
        "var.list[7]",
        "one(var.list)",
        "concat(var.list, var.name)",
        "var.none.x",
        '"${var.pair}-"',
        "1 + var.none",
    ],
)
def test_what_is_not_there_is_an_error_that_try_takes(text: str, tmp_path: Path) -> None:
    with pytest.raises(Failed):
        evaluate(expression(text, tmp_path), NAMES)
    assert evaluate(expression(f"try({text}, 1)", tmp_path), NAMES) == 1


CALLER = """
variable "name" { default = "arena" }
variable "many" {
  type     = object({ a = optional(number, 1), b = string, c = optional(list(string)) })
  default  = { b = "b" }
  nullable = false
}
variable "given" {}
module "queues" {
  source = "./queues"
  names  = ["turns", "commands"]
  prefix = var.name
}
output "arns" { value = module.queues.arns }
"""
QUEUES = """
variable "names" {}
variable "prefix" {}
locals {
  dead = { for name in var.names : name => "${name}-dead" }
}
resource "aws_sqs_queue" "this" {
  for_each = toset(var.names)
  name     = "${var.prefix}-${each.key}"
  dynamic "tag" {
    for_each = local.dead
    content {
      key   = tag.key
      value = tag.value
    }
  }
}
resource "aws_sqs_queue" "one" {
  name = local.dead["turns"]
}
resource "aws_sqs_queue" "none" {
  count = 0
  name  = "none"
}
output "arns" { value = { for name, queue in aws_sqs_queue.this : name => queue.arn } }
"""


@pytest.fixture
def caller(tmp_path: Path) -> Path:
    (tmp_path / "queues").mkdir()
    (tmp_path / "main.tf").write_text(CALLER)
    (tmp_path / "queues" / "main.tf").write_text(QUEUES)
    return tmp_path


def test_modules_and_resources_are_made_as_a_plan_makes_them(caller: Path) -> None:
    module = Module(caller, {"given": 1})
    turns = aws_names.queue_arn("arena-turns")
    assert module.output("arns") == {"commands": aws_names.queue_arn("arena-commands"), "turns": turns}
    queues = module.module("queues").resources("aws_sqs_queue")
    assert [queue.attribute("name") for queue in queues] == ["arena-commands", "arena-turns", "turns-dead"]
    assert [(tag.attribute("key"), tag.attribute("value")) for tag in queues[0].blocks("tag")] == [
        ("commands", "commands-dead"),
        ("turns", "turns-dead"),
    ]
    with pytest.raises(NotKnown, match=r"aws_sqs_queue\.color"):
        queues[0].attribute("color")


@pytest.mark.parametrize("given", [{}, {"many": None}, {"many": {"b": "b", "a": None}}])
def test_variables_have_their_defaults(given: dict[str, object], caller: Path) -> None:
    module = Module(caller, given)
    found = module.names["var"]
    assert found.attribute("many") == {"a": 1, "b": "b", "c": None}
    assert found.attribute("name") == "arena"
    with pytest.raises(NotKnown, match=r"var\.given is not given"):
        found.attribute("given")


def test_values_of_variables_are_read(tmp_path: Path) -> None:
    (file := tmp_path / "terraform.tfvars.example").write_text('# a = 1\nb = "c"\nd = { e = [2] }\n')
    assert assigned(file) == {"b": "c", "d": {"e": [2]}}


TEMPLATE = {
    "Parameters": {
        "Name": {"Type": "String"},
        "Count": {"Type": "Number", "Default": 2},
        "List": {"Type": "CommaDelimitedList", "Default": "a,b"},
    },
    "Conditions": {"Is": {"Fn::Not": [{"Fn::Equals": [{"Fn::Join": ["", {"Ref": "List"}]}, "ab"]}]}},
    "Globals": {"Function": {"Runtime": "python3.13", "AutoPublishAlias": "live"}},
    "Resources": {
        "Queue": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Fn::Sub": "${Name}-turns"}}},
        "F": {
            "Type": "AWS::Serverless::Function",
            "Properties": {
                "FunctionName": {"Fn::Sub": "${Name}-f"},
                "Url": {"Ref": "Queue"},
                "Arn": {"Fn::GetAtt": ["Queue", "Arn"]},
                "In": {"Fn::Sub": "${Queue.Arn}/${AWS::Region}"},
                "Count": {"Ref": "Count"},
                "Left": {"Fn::If": ["Is", 1, {"Ref": "AWS::NoValue"}]},
                "List": [1, {"Fn::If": ["Is", 1, {"Ref": "AWS::NoValue"}]}],
            },
        },
        "Alias": {"Type": "X", "Properties": {"Of": {"Ref": "F.Alias"}}},
    },
}


def test_a_template_stands_for_its_values() -> None:
    stack = Stack(TEMPLATE, {"Name": "arena"})
    arn = aws_names.queue_arn("arena-turns")
    assert stack.properties("F") == {
        "Runtime": "python3.13",
        "AutoPublishAlias": "live",
        "FunctionName": "arena-f",
        "Url": aws_names.queue_url("arena-turns"),
        "Arn": arn,
        "In": f"{arn}/{aws_names.REGION}",
        "Count": 2,
        "List": [1],
    }
    assert stack.properties("Alias") == {"Of": f"{aws_names.function_arn('arena-f')}:live"}


@pytest.mark.parametrize(
    "value",
    [
        {"Ref": "Nothing"},
        {"Fn::GetAtt": ["Queue", "Color"]},
        {"Fn::Select": [0, []]},
        {"Fn::Sub": "${Queue.Color}"},
        {"Ref": "Name"},
    ],
)
def test_what_is_not_known_of_a_template_is_an_error(value: object) -> None:
    with pytest.raises(cloudformation.NotKnown):
        Stack(TEMPLATE, {}).value(value)


def test_differences_are_said_by_their_place() -> None:
    one = {"a": {"b": 1, "c": [1]}, "d": frozenset({"x", "y"}), "e": 1}
    other = {"a": {"b": 2, "c": [1], "f": 3}, "d": frozenset({"y", "z"})}
    assert differences(one, other, ("this", "that")) == [
        "a.b: this has 1, that has 2",
        "a.f: this has nothing, that has 3",
        "d: this alone has x",
        "d: that alone has z",
    ]
    assert differences(one, one, ("this", "that")) == []


def test_a_policy_that_denies_or_has_conditions_is_not_taken_for_one_that_allows() -> None:
    allowed = {"Sid": "A", "Effect": "Allow", "Action": ["a:B", "a:C"], "Resource": "r"}
    assert permissions([allowed]) == {"a:B r", "a:C r"}
    for more in ({"Effect": "Deny"}, {"Condition": {}}, {"NotAction": "a"}):
        with pytest.raises(ValueError, match="a statement"):
            permissions([{**allowed, **more}])
