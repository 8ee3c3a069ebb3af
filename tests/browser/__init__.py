"""What a person meets, in a real browser."""

PROMISE = (
    "no page has a fault that axe-core finds, asks another host, or scrolls sideways at 360 px, in either language and colour"
)
