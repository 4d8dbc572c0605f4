"""What would stop a deployment, found before anything is made: in the values, in the account, in what must be there."""
