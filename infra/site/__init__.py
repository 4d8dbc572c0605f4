"""What CloudFront serves: the pages of ``site/`` as files, each with its type and how long it may be kept."""
