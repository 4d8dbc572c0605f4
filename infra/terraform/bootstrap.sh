#!/usr/bin/env bash
# Makes what an AWS account needs before the first environment, once: the bucket of Terraform's state, the bucket of packages and,
# with a repository, the roles of its pipeline. Say it again at any time: it goes on where it stopped, or changes nothing.
#
#   infra/terraform/bootstrap.sh REGION [OWNER/REPOSITORY] [-- further arguments of "terraform apply"]
#
# A repository that was made or renamed since 15 July 2026 is OWNER@ID/REPOSITORY@ID: so GitHub's tokens name it, and AWS
# compares letter by letter. docs/deploy.md says how to find the ids.
#
# It needs Terraform 1.11 or newer, the AWS CLI, and credentials of somebody who may make buckets and roles. It asks before it
# makes anything. Cost: a few cents a month for what is in the buckets.
set -euo pipefail

name="${ARENA_NAME:-arena}"
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/bootstrap"
override="$here/backend_override.tf"
local_state="$here/terraform.tfstate"

say() { printf '%s\n' "$*"; }
fail() {
  say "$*" >&2
  exit 1
}

usage() { fail "Say: infra/terraform/bootstrap.sh REGION [OWNER/REPOSITORY], for example: bootstrap.sh eu-central-1 me@123/llm-duel-arena@456"; }

[[ $# -ge 1 && $1 =~ ^[a-z]{2}(-[a-z]+)+-[0-9]$ ]] || usage
region="$1"
shift
repository=""
if [[ $# -ge 1 && $1 != -- ]]; then
  repository="$1"
  shift
  [[ $repository =~ ^[A-Za-z0-9-]+(/[A-Za-z0-9._-]+|@[0-9]+/[A-Za-z0-9._-]+@[0-9]+)$ ]] || usage
fi
if [[ $# -ge 1 ]]; then
  [[ $1 == -- ]] || usage
  shift
fi

for tool in terraform aws; do
  command -v "$tool" >/dev/null || fail "$tool is not installed: docs/deploy.md says where to get it."
done

account="$(aws sts get-caller-identity --query Account --output text)" ||
  fail "AWS knows no credentials here: run 'aws configure' or 'aws sso login', then say this again."
bucket="$name-state-$account-$region"
export TF_IN_AUTOMATION=1 TF_VAR_name="$name" TF_VAR_account_id="$account" TF_VAR_region="$region"
[[ -z $repository ]] || export TF_VAR_github_repository="$repository"

# An account has one identity provider for GitHub. One that others have made is used; ours stays ours.
provider="arn:aws:iam::$account:oidc-provider/token.actions.githubusercontent.com"
provider_exists() { aws iam get-open-id-connect-provider --open-id-connect-provider-arn "$provider" >/dev/null 2>&1; }
made() { terraform -chdir="$here" state list 2>/dev/null | grep -q "^$1"; }

bucket_exists() {
  local said
  said="$(aws s3api head-bucket --region "$region" --bucket "$bucket" --expected-bucket-owner "$account" 2>&1)" && return 0
  [[ $said == *404* || $said == *"Not Found"* ]] && return 1
  fail "Whether there is a bucket $bucket cannot be told: $said"
}

in_bucket() {
  terraform -chdir="$here" init -input=false "$@" \
    -backend-config="bucket=$bucket" -backend-config="key=bootstrap/terraform.tfstate" \
    -backend-config="region=$region" -backend-config="encrypt=true" -backend-config="use_lockfile=true"
}

say "Account $account, region $region, bucket of states $bucket."

# The bucket cannot hold the state of its own making, so that begins in a file here. As long as the file is there, the way
# into the bucket is not finished, whatever stopped it.
if [[ -s $local_state ]] || ! bucket_exists; then
  say "The state begins in $local_state and moves into the bucket when there is one."
  trap 'rm -f "$override"' EXIT
  printf 'terraform {\n  backend "local" {}\n}\n' >"$override"
  terraform -chdir="$here" init -input=false -reconfigure
else
  in_bucket -reconfigure
fi

if [[ -z $repository ]] && made 'aws_iam_role\.deploy'; then
  fail "This account's pipeline has its roles already, and without the repository they would be deleted: say OWNER/REPOSITORY too."
fi

if [[ -n $repository ]] && provider_exists && ! made 'aws_iam_openid_connect_provider\.github'; then
  say "The account has an identity provider for GitHub already; it is used as it is."
  export TF_VAR_github_oidc_provider_arn="$provider"
fi

terraform -chdir="$here" apply "$@"

if [[ -s $local_state ]]; then
  rm -f "$override"
  in_bucket -migrate-state -force-copy
  # Terraform leaves it empty or as it was; away from its name, it cannot be taken for one that has yet to move.
  mv -f "$local_state" "$local_state.moved"
  say "The state is in the bucket now. $local_state.moved may be deleted."
fi

say "Done. Write these into backend.hcl and terraform.tfvars of each environment:"
terraform -chdir="$here" output
