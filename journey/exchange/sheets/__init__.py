"""A municipality's own sheets (domain.md section 10): a mapping file says how a row becomes events, the same file every month."""
