"""What a kind of node has beside its behaviour: it reads itself from a flow's YAML."""

from typing import Self

from callcenter.ivr.fields import Fields
from callcenter.ivr.flow import Node


class NodeKind(Node, frozen=True, kw_only=True):
    """The docstring of a kind is its page in the node reference: what it does, an example, its fields."""

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """From the fields below the node's id; what is wrong goes to `fields`, nothing is raised."""
        raise NotImplementedError(f"{cls.__name__}.read")
