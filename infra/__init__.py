"""What stands around the functions: how they are deployed."""
