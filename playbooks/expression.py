"""Conditions a manager can write, compiled once per playbook version to a function. No eval of foreign code.

A small, stated subset of Python's expression grammar: names with one dot (`customer.value_tier`, `scene.sentiment`, `facts.max_monthly_cost`,
`agent.experience`, `contact.wait_seconds`, `action.kind`), numbers, strings, true, false, lists, comparisons, `in`, `and`, `or`, `not`, `+ - * /`,
and `known(x)`. A missing value makes a comparison unknown (three-valued logic, as in SQL); the whole is met only when it is true.
"""
