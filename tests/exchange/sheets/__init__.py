"""Tests of a municipality's own sheets, rule by rule of domain.md section 10."""
