# One address for everything a browser loads: pages from the bucket, /api/* and /health from the API.

locals {
  bucket_origin = "bucket"
  api_origin    = "api"

  aliases         = var.domain == null ? [] : [var.domain.name]
  certificate_arn = var.domain == null ? null : try(aws_acm_certificate_validation.this[0].certificate_arn, var.domain.certificate_arn)
  signed          = length(var.public_keys) > 0
}

resource "aws_cloudfront_origin_access_control" "this" {
  name                              = "${var.name}-site"
  description                       = "Signs CloudFront's requests to the bucket of ${var.name}."
  origin_access_control_origin_type = "s3"
  signing_behavior                  = "always"
  signing_protocol                  = "sigv4"
}

resource "aws_cloudfront_distribution" "this" {
  # checkov:skip=CKV_AWS_68: A web application firewall is $6 a month at least; the API is throttled, and reads only
  # checkov:skip=CKV2_AWS_47: The same firewall, against a Java library; nothing here is Java
  # checkov:skip=CKV_AWS_86: A log of requests would hold visitors' addresses; CloudFront's own figures are on its console
  # checkov:skip=CKV_AWS_310: One bucket and one API: there is nothing to fail over to
  # checkov:skip=CKV_AWS_374: Members of a server live anywhere
  # checkov:skip=CKV2_AWS_42: With a domain there is a certificate of its own; without one CloudFront's is the only one there is
  # checkov:skip=CKV_AWS_174: TLS 1.2 and newer with a domain; CloudFront lets nobody choose for its own address
  enabled             = true
  comment             = "The pages of ${var.name}"
  aliases             = local.aliases
  default_root_object = "index.html"
  http_version        = "http2and3"
  is_ipv6_enabled     = true
  price_class         = var.price_class

  origin {
    origin_id                = local.bucket_origin
    domain_name              = aws_s3_bucket.this.bucket_regional_domain_name
    origin_access_control_id = aws_cloudfront_origin_access_control.this.id
  }

  origin {
    origin_id   = local.api_origin
    domain_name = var.api_domain_name

    custom_origin_config {
      http_port              = 80
      https_port             = 443
      origin_protocol_policy = "https-only"
      origin_ssl_protocols   = ["TLSv1.2"]

      # The web function is ended after 10 seconds.
      origin_read_timeout = 15
    }
  }

  default_cache_behavior {
    target_origin_id           = local.bucket_origin
    viewer_protocol_policy     = "redirect-to-https"
    allowed_methods            = ["GET", "HEAD"]
    cached_methods             = ["GET", "HEAD"]
    compress                   = true
    cache_policy_id            = aws_cloudfront_cache_policy.pages.id
    response_headers_policy_id = aws_cloudfront_response_headers_policy.this.id
  }

  dynamic "ordered_cache_behavior" {
    for_each = local.kept

    content {
      path_pattern               = ordered_cache_behavior.value
      target_origin_id           = local.bucket_origin
      viewer_protocol_policy     = "redirect-to-https"
      allowed_methods            = ["GET", "HEAD"]
      cached_methods             = ["GET", "HEAD"]
      compress                   = true
      cache_policy_id            = aws_cloudfront_cache_policy.files.id
      response_headers_policy_id = aws_cloudfront_response_headers_policy.this.id
    }
  }

  # Nothing of the API is kept here: what it says changes with every move, and may be for one community's eyes.
  ordered_cache_behavior {
    path_pattern               = "/api/*"
    target_origin_id           = local.api_origin
    viewer_protocol_policy     = "https-only"
    allowed_methods            = ["GET", "HEAD", "OPTIONS"]
    cached_methods             = ["GET", "HEAD"]
    cache_policy_id            = data.aws_cloudfront_cache_policy.disabled.id
    origin_request_policy_id   = data.aws_cloudfront_origin_request_policy.viewer.id
    response_headers_policy_id = aws_cloudfront_response_headers_policy.this.id
    trusted_key_groups         = local.signed ? [aws_cloudfront_key_group.this[0].id] : []
  }

  ordered_cache_behavior {
    path_pattern               = "/health"
    target_origin_id           = local.api_origin
    viewer_protocol_policy     = "https-only"
    allowed_methods            = ["GET", "HEAD"]
    cached_methods             = ["GET", "HEAD"]
    cache_policy_id            = data.aws_cloudfront_cache_policy.disabled.id
    origin_request_policy_id   = data.aws_cloudfront_origin_request_policy.viewer.id
    response_headers_policy_id = aws_cloudfront_response_headers_policy.this.id
  }

  dynamic "ordered_cache_behavior" {
    for_each = local.signed ? ["/enter"] : []

    content {
      path_pattern               = ordered_cache_behavior.value
      target_origin_id           = local.bucket_origin
      viewer_protocol_policy     = "https-only"
      allowed_methods            = ["GET", "HEAD"]
      cached_methods             = ["GET", "HEAD"]
      cache_policy_id            = data.aws_cloudfront_cache_policy.disabled.id
      response_headers_policy_id = aws_cloudfront_response_headers_policy.this.id

      function_association {
        event_type   = "viewer-request"
        function_arn = aws_cloudfront_function.enter[0].arn
      }
    }
  }

  # An error page is one for the whole distribution, the API included, whose 404 is an answer that pages read. 403 is
  # what S3 says of a file that there is not, and the look-only API never. Where CloudFront asks for a signed link it is also what
  # it says to whoever has none, and must stay that: as a 404 pages took it for a server that is away, and asked for ever.
  custom_error_response {
    error_code            = 403
    response_code         = local.signed ? 403 : 404
    response_page_path    = "/404.html"
    error_caching_min_ttl = 10
  }

  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }

  viewer_certificate {
    cloudfront_default_certificate = var.domain == null
    acm_certificate_arn            = local.certificate_arn
    ssl_support_method             = var.domain == null ? null : "sni-only"
    minimum_protocol_version       = var.domain == null ? "TLSv1" : "TLSv1.2_2021"
  }
}
