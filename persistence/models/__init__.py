"""The platform's tables as SQLAlchemy models, one file a slice; importing this package completes `Base.metadata`.

base      the declarative base: schema `selfgraph`, naming convention
instance  the one row that stands for this installation
"""

from persistence.models.base import SCHEMA, Base
from persistence.models.instance import Instance

__all__ = ["SCHEMA", "Base", "Instance"]
