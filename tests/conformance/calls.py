"""Calls of Hasura's metadata API, gathered into the document that they make: the flat one of `export_metadata`."""

from __future__ import annotations

from typing import Any

from domain.document import Node
from domain.tables.hasura.importing import Imported, import_hasura

JSON = dict[str, Any]


class Metadata:
    """What a setup has said so far."""

    def __init__(self) -> None:
        self._tables: dict[tuple[str, str], JSON] = {}
        self._functions: dict[tuple[str, str], JSON] = {}
        self._inherited: list[JSON] = []
        self.roles: set[str] = set()

    def imported(self) -> Imported:
        parts = {"tables": [*self._tables.values()], "functions": [*self._functions.values()]}
        return import_hasura(Node({**parts, "inherited_roles": self._inherited}))

    def call(self, kind: str, args: Any) -> None:
        """Take one call; an unknown one is an error of the runner."""
        match kind.removeprefix("pg_").split("_"):
            case ["track", "table"]:
                self._track_table(args)
            case ["track", "function"]:
                self._track_function(args)
            case ["create", "object" | "array" as many, "relationship"]:
                self._add(f"{many}_relationships", args, "name", "using", "comment")
            case ["drop", "relationship"]:
                self._drop(args)
            case ["create", part, "permission"]:
                self._permit(part, args)
            case ["add", "inherited", "role"]:
                self.roles |= {args["role_name"], *args["role_set"]}
                self._inherited.append(args)
            case ["add", "computed", "field"]:
                self._add("computed_fields", args, "name", "definition", "comment")
            case _:
                raise NotImplementedError(kind)

    def _track_table(self, args: Any) -> None:
        entry: JSON = {"table": args} if isinstance(args, str) or "table" not in args else dict(args)
        self._tables[_name(entry["table"])] = entry

    def _track_function(self, args: Any) -> None:
        entry: JSON = {"function": args} if isinstance(args, str) or "function" not in args else dict(args)
        older = entry.pop("config", None)  # the spelling before there was `configuration`
        if older is not None:
            entry["configuration"] = {"session_argument": older["session_variable_argument"]}
        self._functions[_name(entry["function"])] = entry

    def _add(self, part: str, args: JSON, *members: str) -> None:
        entry = {member: args[member] for member in members if member in args}
        self._tables[_name(args["table"])].setdefault(part, []).append(entry)

    def _permit(self, part: str, args: JSON) -> None:
        self.roles.add(args["role"])
        if part == "function":
            function = self._functions[_name(args["function"])]
            function.setdefault("permissions", []).append({"role": args["role"]})
        else:
            self._add(f"{part}_permissions", args, "role", "permission", "comment")

    def _drop(self, args: JSON) -> None:
        table = self._tables[_name(args["table"])]
        for part in ("object_relationships", "array_relationships"):
            table[part] = [each for each in table.get(part, ()) if each["name"] != args["relationship"]]


def _name(given: Any) -> tuple[str, str]:
    return ("public", given) if isinstance(given, str) else (given.get("schema", "public"), given["name"])
