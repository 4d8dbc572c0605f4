variable "name" {
  description = "What the queues' names begin with, for example arena-dev."
  type        = string
  nullable    = false
}

variable "kms_key_arn" {
  description = "A customer managed key that encrypts the messages; null is SQS's own encryption, which costs nothing."
  type        = string
  default     = null
}
