PROMISE = "the committee's paper carries the published numbers, and each trap is seen where it bites and silent where not"
