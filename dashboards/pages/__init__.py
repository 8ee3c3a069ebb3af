"""The pages: each with its address and the sections that it is made of."""
