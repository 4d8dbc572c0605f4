# What cannot be narrowed to an environment by a name: AWS gives these things random ids, or knows no resource for the action.
# Each says why; an account for each environment is what keeps them apart.

locals {
  account_wide = {
    functions = [
      {
        Sid    = "Apis"
        Effect = "Allow"
        Action = [
          "apigateway:DELETE",
          "apigateway:GET",
          "apigateway:PATCH",
          "apigateway:POST",
          "apigateway:PUT",
          "apigateway:TagResource",
          "apigateway:UntagResource",
        ]
        # An API's id is random. TagResource is in no list of AWS's, and asked for all the same.
        Resource = [
          "arn:${local.partition}:apigateway:${var.region}::/apis",
          "arn:${local.partition}:apigateway:${var.region}::/apis/*",
          "arn:${local.partition}:apigateway:${var.region}::/domainnames",
          "arn:${local.partition}:apigateway:${var.region}::/domainnames/*",
          "arn:${local.partition}:apigateway:${var.region}::/tags/*",
        ]
      },
      {
        Sid    = "FindEventSources"
        Effect = "Allow"
        # Looking, by a random id; AWS knows no narrower resource for listing.
        Action   = ["lambda:GetEventSourceMapping", "lambda:ListEventSourceMappings", "lambda:ListTags"]
        Resource = ["*"]
      },
      {
        Sid    = "TagEventSources"
        Effect = "Allow"
        # The provider tags whatever it makes, by the same call.
        Action   = ["lambda:TagResource", "lambda:UntagResource"]
        Resource = ["arn:${local.partition}:lambda:${local.regional}:event-source-mapping:*"]
      },
      {
        Sid    = "StopDeployments"
        Effect = "Allow"
        # AWS knows no resource for it. Without it the way back could not be gone while CodeDeploy moves an alias.
        Action   = ["codedeploy:StopDeployment"]
        Resource = ["*"]
      },
    ]

    data = [
      {
        Sid    = "AccessLogs"
        Effect = "Allow"
        # API Gateway sets up its access log in the caller's name; AWS knows no resource for these.
        Action = [
          "logs:CreateLogDelivery",
          "logs:DeleteLogDelivery",
          "logs:DescribeLogGroups",
          "logs:DescribeResourcePolicies",
          "logs:GetLogDelivery",
          "logs:ListLogDeliveries",
          "logs:PutResourcePolicy",
          "logs:UpdateLogDelivery",
        ]
        Resource = ["*"]
      },
      {
        Sid    = "Scaling"
        Effect = "Allow"
        # With capacity_mode provisioned; what is scaled is named by the condition.
        Action = [
          "application-autoscaling:DeleteScalingPolicy",
          "application-autoscaling:DeregisterScalableTarget",
          "application-autoscaling:PutScalingPolicy",
          "application-autoscaling:RegisterScalableTarget",
        ]
        Resource  = ["arn:${local.partition}:application-autoscaling:${local.regional}:scalable-target/*"]
        Condition = { StringEquals = { "application-autoscaling:service-namespace" = "dynamodb" } }
      },
      {
        Sid    = "TagScaling"
        Effect = "Allow"
        # These know no such condition, and with it would be refused.
        Action   = ["application-autoscaling:TagResource", "application-autoscaling:UntagResource"]
        Resource = ["arn:${local.partition}:application-autoscaling:${local.regional}:scalable-target/*"]
      },
      {
        Sid    = "LookAtScaling"
        Effect = "Allow"
        Action = [
          "application-autoscaling:DescribeScalableTargets",
          "application-autoscaling:DescribeScalingPolicies",
          "application-autoscaling:ListTagsForResource",
        ]
        Resource = ["*"]
      },
    ]

    edge = [
      {
        Sid    = "Distribution"
        Effect = "Allow"
        # Nearly all of CloudFront's ids are random.
        Action = [
          "cloudfront:CreateCachePolicy",
          "cloudfront:CreateDistribution",
          "cloudfront:CreateInvalidation",
          "cloudfront:CreateKeyGroup",
          "cloudfront:CreateOriginAccessControl",
          "cloudfront:CreatePublicKey",
          "cloudfront:CreateResponseHeadersPolicy",
          "cloudfront:DeleteCachePolicy",
          "cloudfront:DeleteDistribution",
          "cloudfront:DeleteKeyGroup",
          "cloudfront:DeleteOriginAccessControl",
          "cloudfront:DeletePublicKey",
          "cloudfront:DeleteResponseHeadersPolicy",
          "cloudfront:GetCachePolicy",
          "cloudfront:GetDistribution",
          "cloudfront:GetInvalidation",
          "cloudfront:GetKeyGroup",
          "cloudfront:GetOriginAccessControl",
          "cloudfront:GetOriginRequestPolicy",
          "cloudfront:GetPublicKey",
          "cloudfront:GetResponseHeadersPolicy",
          "cloudfront:ListCachePolicies",
          "cloudfront:ListOriginRequestPolicies",
          "cloudfront:ListTagsForResource",
          "cloudfront:TagResource",
          "cloudfront:UntagResource",
          "cloudfront:UpdateCachePolicy",
          "cloudfront:UpdateDistribution",
          "cloudfront:UpdateKeyGroup",
          "cloudfront:UpdateOriginAccessControl",
          "cloudfront:UpdatePublicKey",
          "cloudfront:UpdateResponseHeadersPolicy",
        ]
        Resource = ["*"]
      },
      {
        Sid    = "Certificates"
        Effect = "Allow"
        # So are certificates'.
        Action = [
          "acm:AddTagsToCertificate",
          "acm:DeleteCertificate",
          "acm:DescribeCertificate",
          "acm:ListTagsForCertificate",
          "acm:RemoveTagsFromCertificate",
          "acm:RequestCertificate",
        ]
        Resource = ["*"]
      },
      {
        Sid    = "LookAtAlarms"
        Effect = "Allow"
        # Asked for all at once.
        Action   = ["cloudwatch:DescribeAlarms"]
        Resource = ["*"]
      },
      {
        Sid    = "Subscriptions"
        Effect = "Allow"
        # AWS knows no resource for either.
        Action   = ["sns:GetSubscriptionAttributes", "sns:Unsubscribe"]
        Resource = ["*"]
      },
      {
        Sid    = "Anomalies"
        Effect = "Allow"
        # Their ids are random.
        Action = [
          "ce:CreateAnomalyMonitor",
          "ce:CreateAnomalySubscription",
          "ce:DeleteAnomalyMonitor",
          "ce:DeleteAnomalySubscription",
          "ce:GetAnomalyMonitors",
          "ce:GetAnomalySubscriptions",
          "ce:ListTagsForResource",
          "ce:TagResource",
          "ce:UntagResource",
          "ce:UpdateAnomalyMonitor",
          "ce:UpdateAnomalySubscription",
        ]
        Resource = ["*"]
      },
      {
        Sid      = "RecordsWritten"
        Effect   = "Allow"
        Action   = ["route53:GetChange"]
        Resource = ["arn:${local.partition}:route53:::change/*"]
      },
    ]

    # A boundary allows nothing by itself.
    boundary = [
      {
        Sid    = "Models"
        Effect = "Allow"
        Action = ["bedrock:InvokeModel"]
        # A profile leads to models of several regions.
        Resource = [
          "arn:${local.partition}:bedrock:*::foundation-model/*",
          "arn:${local.partition}:bedrock:*:${var.account_id}:inference-profile/*",
          "arn:${local.partition}:bedrock:*:${var.account_id}:application-inference-profile/*",
        ]
      },
      {
        Sid      = "Key"
        Effect   = "Allow"
        Action   = ["kms:Decrypt", "kms:GenerateDataKey"]
        Resource = ["arn:${local.partition}:kms:${local.regional}:key/*"]
      },
      {
        Sid    = "Rest"
        Effect = "Allow"
        # What CodeDeploy and Lambda do for a VPC's functions, by AWS's own policies, which name no resource.
        Action = [
          "cloudwatch:DescribeAlarms",
          "ec2:AssignPrivateIpAddresses",
          "ec2:CreateNetworkInterface",
          "ec2:DeleteNetworkInterface",
          "ec2:DescribeNetworkInterfaces",
          "ec2:DescribeSubnets",
          "ec2:UnassignPrivateIpAddresses",
        ]
        Resource = ["*"]
      },
    ]

    account = concat(local.network, [
      {
        Sid    = "Preflight"
        Effect = "Allow"
        # What is asked before anything is made; AWS knows no resource for most of it.
        Action = [
          "bedrock:GetFoundationModelAvailability",
          "bedrock:GetInferenceProfile",
          "bedrock:ListFoundationModels",
          "lambda:GetAccountSettings",
          "servicequotas:GetAWSDefaultServiceQuota",
          "servicequotas:GetServiceQuota",
        ]
        Resource = ["*"]
      },
      {
        # For a domain of the API's own, and for scaled capacity, AWS makes a role of its own.
        Sid      = "ServiceRoles"
        Effect   = "Allow"
        Action   = ["iam:CreateServiceLinkedRole"]
        Resource = ["arn:${local.partition}:iam::${var.account_id}:role/aws-service-role/*"]
        Condition = {
          StringEquals = {
            "iam:AWSServiceName" = ["dynamodb.application-autoscaling.amazonaws.com", "ops.apigateway.amazonaws.com"]
          }
        }
      },
    ])
  }

  # An event source's id is random; whose it is, is said by its function.
  event_sources = {
    for environment, prefix in local.prefixes : environment => {
      Sid    = "EventSources"
      Effect = "Allow"
      Action = [
        "lambda:CreateEventSourceMapping",
        "lambda:DeleteEventSourceMapping",
        "lambda:UpdateEventSourceMapping",
      ]
      Resource  = ["*"]
      Condition = { ArnLike = { "lambda:FunctionArn" = "arn:${local.partition}:lambda:${local.regional}:function:${prefix}-*" } }
    }
  }

  network = !var.vpc ? [] : [
    {
      Sid    = "Network"
      Effect = "Allow"
      # For functions in a VPC: security groups and endpoints, whose ids are random.
      Action = [
        "ec2:AuthorizeSecurityGroupEgress",
        "ec2:AuthorizeSecurityGroupIngress",
        "ec2:CreateSecurityGroup",
        "ec2:CreateTags",
        "ec2:CreateVpcEndpoint",
        "ec2:DeleteSecurityGroup",
        "ec2:DeleteVpcEndpoints",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribePrefixLists",
        "ec2:DescribeSecurityGroupRules",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeSubnets",
        "ec2:DescribeVpcEndpoints",
        "ec2:DescribeVpcs",
        "ec2:ModifyVpcEndpoint",
        "ec2:RevokeSecurityGroupEgress",
        "ec2:RevokeSecurityGroupIngress",
        "route53:AssociateVPCWithHostedZone", # an endpoint's own name, which is in a zone of AWS's
      ]
      Resource = ["*"]
    },
  ]

  # Beside AWS's own policy for looking: what it leaves out, and the state, which holds nothing secret.
  look = [
    {
      Sid    = "State"
      Effect = "Allow"
      Action = ["s3:GetObject"]
      Resource = concat(
        [for environment in keys(local.prefixes) : "${local.state_arn}/${environment}/terraform.tfstate"],
        ["${local.artifacts_arn}/*"],
      )
    },
    {
      Sid      = "Buckets"
      Effect   = "Allow"
      Action   = ["s3:ListBucket"]
      Resource = concat([local.state_arn, local.artifacts_arn], [for prefix in values(local.prefixes) : "arn:${local.partition}:s3:::${prefix}-site-${var.account_id}"])
    },
    {
      Sid    = "Looking"
      Effect = "Allow"
      Action = [
        "lambda:GetAlias",
        "lambda:GetFunction",
        "lambda:GetFunctionCodeSigningConfig",
        "lambda:GetFunctionConcurrency",
        "lambda:GetFunctionEventInvokeConfig",
        "lambda:GetFunctionRecursionConfig",
        "lambda:GetProvisionedConcurrencyConfig",
      ]
      Resource = [for prefix in values(local.prefixes) : "arn:${local.partition}:lambda:${local.regional}:function:${prefix}-*"]
    },
    {
      Sid      = "Apis"
      Effect   = "Allow"
      Action   = ["apigateway:GET"]
      Resource = ["arn:${local.partition}:apigateway:${var.region}::/*"]
    },
    {
      Sid    = "Rest"
      Effect = "Allow"
      # Reading how things are set up, which AWS lets nobody narrow.
      Action = [
        "application-autoscaling:DescribeScalableTargets",
        "application-autoscaling:DescribeScalingPolicies",
        "application-autoscaling:ListTagsForResource",
        "bedrock:ListFoundationModels",
        "budgets:ListTagsForResource",
        "budgets:ViewBudget",
        "ce:GetAnomalyMonitors",
        "ce:GetAnomalySubscriptions",
        "ce:ListTagsForResource",
        "cloudfront:DescribeFunction",
        "cloudfront:GetCachePolicy",
        "cloudfront:GetFunction",
        "cloudfront:GetKeyGroup",
        "cloudfront:GetOriginAccessControl",
        "cloudfront:GetOriginRequestPolicy",
        "cloudfront:GetPublicKey",
        "cloudfront:GetResponseHeadersPolicy",
        "cloudfront:ListCachePolicies",
        "cloudfront:ListOriginRequestPolicies",
        "cloudwatch:GetDashboard",
        "cloudwatch:ListTagsForResource",
        "codedeploy:ListTagsForResource",
        "dynamodb:DescribeContinuousBackups",
        "dynamodb:DescribeTimeToLive",
        "dynamodb:ListTagsOfResource",
        "lambda:GetEventSourceMapping",
        "lambda:ListTags",
        "logs:ListTagsForResource",
        "s3:ListTagsForResource",
        "scheduler:GetSchedule",
        "scheduler:GetScheduleGroup",
        "scheduler:ListTagsForResource",
        "servicequotas:GetAWSDefaultServiceQuota",
        "servicequotas:GetServiceQuota",
        "sns:GetSubscriptionAttributes",
      ]
      Resource = ["*"]
    },
  ]
}
