"""Answers from the register: figures in batches, cases, papers, publications, audits and the seal."""
