"""What ``pilot doctor`` looks at: a file a topic, each with one function that returns its checks and raises nothing.

What a check says is for people, and holds no secret; its id is stable, for scripts (``docs/commands.md`` lists them).
"""
