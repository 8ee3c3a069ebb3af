"""What is asked of the register, and what is answered: figures in batches, cases, papers, publications."""
