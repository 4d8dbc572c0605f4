"""Model APIs: one file a vendor, imported only when used."""
