"""YAML files written by people, read into typed structs; everything wrong is said at once, with its line.

reading   text -> struct, or `FormError` with all its problems
places    where a key is written
wording   what a type allows and what was found instead, in words
"""
