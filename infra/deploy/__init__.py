"""What the pipeline does on AWS beside Terraform: artifacts, the shift to new versions, the site, and the way back."""
