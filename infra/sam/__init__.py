"""The SAM template, ``template.yaml``, and how it is read."""
