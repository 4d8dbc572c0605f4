output "id" {
  description = "The API's id, for metrics."
  value       = aws_apigatewayv2_api.this.id
}

output "domain" {
  description = "The name under which the API answers: what CloudFront leads /api/ to. Known without the functions."
  value       = local.own_name ? aws_apigatewayv2_domain_name.this[0].domain_name : replace(aws_apigatewayv2_api.this.api_endpoint, "https://", "")
}

output "url" {
  description = "The API's address, without a slash at its end."
  value       = "https://${local.own_name ? aws_apigatewayv2_domain_name.this[0].domain_name : replace(aws_apigatewayv2_api.this.api_endpoint, "https://", "")}"
}

output "dns_target" {
  description = "With a name of the API's own and the DNS elsewhere: what a CNAME of that name must lead to."
  value       = try(aws_apigatewayv2_domain_name.this[0].domain_name_configuration[0].target_domain_name, null)
}
