#!/usr/bin/env bash
# Prints a link that lets its holder see a private arena's duels until it ends. Needs openssl; the private key stays here.
#
#   openssl genrsa -out members.pem 2048
#   openssl rsa -in members.pem -pubout          # goes into public_keys of the environment's terraform.tfvars
#   sign.sh members.pem KEY_ID https://arena.example.org 30 [TOKEN]
#
# KEY_ID is the output public_key_ids, the number is days, and TOKEN that of `arena watch-token`, where one is set.
set -euo pipefail

[ $# -ge 4 ] || { echo "usage: sign.sh PRIVATE_KEY KEY_ID https://SITE DAYS [TOKEN]" >&2; exit 2; }
key=$1 id=$2 site=${3%/} days=$4 token=${5:-}

# CloudFront's own base64: no character of it means anything in an address.
encoded() { openssl base64 -A | tr '+=/' '-_~'; }

ends=$(($(date +%s) + days * 86400))
policy="{\"Statement\":[{\"Resource\":\"$site/api/*\",\"Condition\":{\"DateLessThan\":{\"AWS:EpochTime\":$ends}}}]}"
signature=$(printf %s "$policy" | openssl dgst -sha1 -sign "$key" | encoded)
echo "$site/enter?Policy=$(printf %s "$policy" | encoded)&Signature=$signature&Key-Pair-Id=$id${token:+&token=$token}"
