"""The serverless arena on this machine: ``python -m infra.local``.

API Gateway, Lambda, SQS, DynamoDB and EventBridge Scheduler are ministack's, on 127.0.0.1 alone; the functions are the
ones that AWS runs.
"""
