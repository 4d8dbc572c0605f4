# With public keys: CloudFront itself refuses /api/* to whoever has no signed cookies, and /enter makes them from a link.

resource "aws_cloudfront_public_key" "this" {
  for_each = { for key in var.public_keys : substr(sha256(trimspace(key)), 0, 12) => key }

  name        = "${var.name}-${each.key}"
  comment     = "Signs links to the duels of ${var.name}."
  encoded_key = "${trimspace(each.value)}\n"

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_cloudfront_key_group" "this" {
  count = local.signed ? 1 : 0

  name    = "${var.name}-members"
  comment = "Whoever has a link that one of these signed may see the duels of ${var.name}."
  items   = [for key in aws_cloudfront_public_key.this : key.id]

  # Then it is deleted after the distribution has let go of it, and not before, which CloudFront refuses. So are the others.
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_cloudfront_function" "enter" {
  count = local.signed ? 1 : 0

  name    = "${var.name}-enter"
  comment = "Turns a signed link into CloudFront's signed cookies."
  runtime = "cloudfront-js-2.0"
  publish = true
  code    = file("${path.module}/enter.js")

  lifecycle {
    create_before_destroy = true
  }
}
