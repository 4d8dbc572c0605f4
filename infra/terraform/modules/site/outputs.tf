output "url" {
  description = "The site's address, which is also the origin that the web function names in CORS."
  value       = "https://${var.domain == null ? aws_cloudfront_distribution.this.domain_name : var.domain.name}"
}

output "bucket" {
  description = "The name of the bucket that the pages are published to."
  value       = aws_s3_bucket.this.bucket
}

output "bucket_arn" {
  description = "The bucket's ARN, for the role that publishes."
  value       = aws_s3_bucket.this.arn
}

output "distribution_id" {
  description = "The distribution whose caches are told of a release."
  value       = aws_cloudfront_distribution.this.id
}

output "distribution_arn" {
  description = "The distribution's ARN, for the role that publishes."
  value       = aws_cloudfront_distribution.this.arn
}

output "distribution_domain_name" {
  description = "What a DNS record that you make yourself must lead to."
  value       = aws_cloudfront_distribution.this.domain_name
}

output "public_key_ids" {
  description = "The ids by which links are signed (sign.sh), by the beginning of the keys' hashes; empty for a public site."
  value       = { for hash, key in aws_cloudfront_public_key.this : hash => key.id }
}
