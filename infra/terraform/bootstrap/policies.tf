# What deploying one environment needs: each action that the provider, or infra/deploy, makes, on what bears the environment's
# name. What AWS lets nobody narrow stands in account_wide.tf, each with its reason. A part is a policy, since one may have 6,144
# characters.

locals {
  regional = "${var.region}:${var.account_id}"

  deploy = {
    for environment in keys(local.prefixes) : environment => {
      functions = local.deploy_functions[environment]
      data      = local.deploy_data[environment]
      edge      = local.deploy_edge[environment]
      account   = local.deploy_account[environment]
    }
  }
}
