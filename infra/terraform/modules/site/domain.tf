# The site's own address: its certificate and its records, where the zone is one of Route 53.

locals {
  zone = var.domain == null ? null : var.domain.zone_id
  made = local.zone != null && try(var.domain.certificate_arn, null) == null ? 1 : 0

  # It takes certificates from there alone, wherever the rest is.
  region_of_cloudfront = "us-east-1"
}

resource "aws_acm_certificate" "this" {
  count  = local.made
  region = local.region_of_cloudfront

  domain_name       = var.domain.name
  validation_method = "DNS"

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_route53_record" "validation" {
  count = local.made

  zone_id         = local.zone
  name            = one(aws_acm_certificate.this[0].domain_validation_options).resource_record_name
  type            = one(aws_acm_certificate.this[0].domain_validation_options).resource_record_type
  records         = [one(aws_acm_certificate.this[0].domain_validation_options).resource_record_value]
  ttl             = 300
  allow_overwrite = true
}

resource "aws_acm_certificate_validation" "this" {
  count  = local.made
  region = local.region_of_cloudfront

  certificate_arn         = aws_acm_certificate.this[0].arn
  validation_record_fqdns = [aws_route53_record.validation[0].fqdn]
}

resource "aws_route53_record" "this" {
  for_each = toset(local.zone == null ? [] : ["A", "AAAA"])

  zone_id = local.zone
  name    = var.domain.name
  type    = each.key

  alias {
    name                   = aws_cloudfront_distribution.this.domain_name
    zone_id                = aws_cloudfront_distribution.this.hosted_zone_id
    evaluate_target_health = false
  }
}
