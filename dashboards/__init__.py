"""What we show: the counting rule of every figure, its dressing, and the tables and pages made of its cells."""
