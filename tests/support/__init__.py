"""What tests share: registers, histories, questions, and programs that tests run."""
