"""IAM: may this caller do this? moto looks at neither resources nor most conditions.

policy.py, conditions.py and patterns.py are IAM's language; accesses/ says what a call means in it;
authorisation.py puts the two together.
"""
