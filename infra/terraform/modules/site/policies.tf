# What CloudFront keeps, for how long, and which headers every answer has.

locals {
  minute = 60
  day    = 86400
  year   = 31536000

  # What the embedded server sends, and the web function: a test holds them equal (bot/on_web/http.py, SECURITY_HEADERS).
  content_security_policy = "default-src 'self'; img-src 'self' data: blob:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"

  # Behind these, CloudFront keeps a file as long as the file itself says. Scripts and styles lie below a folder that is
  # named by their content (infra/site); glyphs hardly ever change. A page is kept for minutes, whatever it says.
  kept = ["/assets/*", "/glyphs/*"]
}

resource "aws_cloudfront_cache_policy" "pages" {
  name        = "${var.name}-pages"
  comment     = "Pages: a minute, and never longer than five."
  min_ttl     = 0
  default_ttl = local.minute
  max_ttl     = 5 * local.minute

  parameters_in_cache_key_and_forwarded_to_origin {
    enable_accept_encoding_brotli = true
    enable_accept_encoding_gzip   = true

    cookies_config {
      cookie_behavior = "none"
    }

    headers_config {
      header_behavior = "none"
    }

    # replay.html?duel=… is one page.
    query_strings_config {
      query_string_behavior = "none"
    }
  }
}

resource "aws_cloudfront_cache_policy" "files" {
  name        = "${var.name}-files"
  comment     = "Scripts, styles and glyphs: as long as each says, a day where it says nothing."
  min_ttl     = 0
  default_ttl = local.day
  max_ttl     = local.year

  parameters_in_cache_key_and_forwarded_to_origin {
    enable_accept_encoding_brotli = true
    enable_accept_encoding_gzip   = true

    cookies_config {
      cookie_behavior = "none"
    }

    headers_config {
      header_behavior = "none"
    }

    query_strings_config {
      query_string_behavior = "none"
    }
  }
}

data "aws_cloudfront_cache_policy" "disabled" {
  name = "Managed-CachingDisabled"
}

# API Gateway finds the API by its own host name, so a visitor's is left out; all else goes on to the function.
data "aws_cloudfront_origin_request_policy" "viewer" {
  name = "Managed-AllViewerExceptHostHeader"
}

resource "aws_cloudfront_response_headers_policy" "this" {
  # checkov:skip=CKV_AWS_259: It wants preload too, a promise for all of a domain that only the domain's owner can make
  name    = "${var.name}-headers"
  comment = "Security headers of every answer; what may be kept is asked for again unless its file says otherwise."

  security_headers_config {
    content_security_policy {
      content_security_policy = local.content_security_policy
      override                = true
    }

    content_type_options {
      override = true
    }

    frame_options {
      frame_option = "DENY"
      override     = true
    }

    referrer_policy {
      referrer_policy = "no-referrer"
      override        = true
    }

    strict_transport_security {
      access_control_max_age_sec = 2 * local.year
      include_subdomains         = true
      override                   = true
    }
  }

  custom_headers_config {
    items {
      header   = "Cross-Origin-Opener-Policy"
      value    = "same-origin"
      override = true
    }

    # For a file that was put there without: a browser guesses otherwise, and mixes files of two releases.
    items {
      header   = "Cache-Control"
      value    = "no-cache"
      override = false
    }
  }
}
