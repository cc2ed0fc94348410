"""Prints an OpenAPI 3.1 document of MLflow's REST API, read from the protobuf descriptors of the installed `mlflow` wheel.

Taken: every public endpoint of experiments, runs, metrics, artifacts, registered models, model versions and logged
models. Left out: traces, gateway, prompts and the other GenAI services. Each path carries the major API version that
the server really registers it under.
"""

import re
import sys

import mlflow
import yaml
from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor
from mlflow.protos import databricks_pb2, mlflow_artifacts_pb2, model_registry_pb2, service_pb2

SERVICES = [
    service_pb2.DESCRIPTOR.services_by_name["MlflowService"],
    model_registry_pb2.DESCRIPTOR.services_by_name["ModelRegistryService"],
    mlflow_artifacts_pb2.DESCRIPTOR.services_by_name["MlflowArtifactsService"],
]
GROUPS = {"experiments", "runs", "metrics", "artifacts", "registered-models", "model-versions", "logged-models"}
# Declared without its leading slash, so that only the route the server adds by hand answers.
REAL_PATHS = {"mlflow/experiments/search-datasets": "/ajax-api/2.0/mlflow/experiments/search-datasets"}
RAW_BODY = {"application/octet-stream": {}}
INT64 = {"type": ["integer", "string"], "format": "int64"}
DOUBLE = {"anyOf": [{"type": "number"}, {"type": "string", "enum": ["NaN", "Infinity", "-Infinity"]}]}
SCALARS = {
    FieldDescriptor.TYPE_STRING: {"type": "string"},
    FieldDescriptor.TYPE_BOOL: {"type": "boolean"},
    FieldDescriptor.TYPE_INT32: {"type": "integer", "format": "int32"},
    FieldDescriptor.TYPE_INT64: INT64,
    FieldDescriptor.TYPE_DOUBLE: DOUBLE,
    FieldDescriptor.TYPE_FLOAT: DOUBLE,
}


class Document:
    """Paths and, behind them, every message and enum they reach."""

    def __init__(self) -> None:
        self.paths: dict = {}
        self.schemas: dict = {}

    def add_endpoint(self, method, endpoint, is_only: bool) -> None:
        verb = endpoint.method.lower()
        path = rest_path(endpoint)
        name = operation_name(method) + ("" if is_only else verb.capitalize())
        operation = {"operationId": name, "tags": [tag(path)]}
        operation.update(self.request(method.input_type, verb, path))
        operation["responses"] = {
            "200": {"description": "done", "content": self.answer(method)},
            "default": {"$ref": "#/components/responses/Error"},
        }
        self.paths.setdefault(path, {})[verb] = operation

    def request(self, message: Descriptor, verb: str, path: str) -> dict:
        in_path = re.findall(r"{(\w+)}", path)
        parameters = [path_parameter(name) for name in in_path]
        fields = [field for field in message.fields if is_public(field)]
        if verb == "get":
            parameters += [self.query_parameter(field) for field in fields if field.name not in in_path]
            return {"parameters": parameters} if parameters else {}
        request = {"parameters": parameters} if parameters else {}
        if message.name == "UploadArtifact":
            request["requestBody"] = {"required": True, "content": RAW_BODY}
        elif any(field.name not in in_path for field in fields) or verb != "delete":
            content = {"application/json": {"schema": self.reference(message)}}
            request["requestBody"] = {"required": True, "content": content}
        return request

    def query_parameter(self, field: FieldDescriptor) -> dict:
        return {"name": field.name, "in": "query", "required": is_required(field), "schema": self.field(field)}

    def answer(self, method) -> dict:
        if method.name == "downloadArtifact":
            return RAW_BODY
        response = method.input_type.nested_types_by_name["Response"]
        return {"application/json": {"schema": self.reference(response)}}

    def reference(self, of: Descriptor | EnumDescriptor) -> dict:
        name = schema_name(of)
        if name not in self.schemas:
            self.schemas[name] = {}  # a message may hold itself
            self.schemas[name] = enum(of) if isinstance(of, EnumDescriptor) else self.message(of)
        return {"$ref": f"#/components/schemas/{name}"}

    def message(self, message: Descriptor) -> dict:
        if message.full_name.startswith("google.protobuf."):
            raise NotImplementedError(f"{message.full_name} has a JSON form of its own: write it here")
        fields = [field for field in message.fields if is_public(field)]
        schema: dict = {"type": "object", "properties": {field.name: self.field(field) for field in fields}}
        if required := [field.name for field in fields if is_required(field)]:
            schema["required"] = required
        choices = [one_of for one_of in message.oneofs if len(one_of.fields) > 1]
        if choices:
            schema["allOf"] = [at_most_one([field.name for field in one_of.fields]) for one_of in choices]
        return schema

    def field(self, field: FieldDescriptor) -> dict:
        if field.message_type is not None and field.message_type.GetOptions().map_entry:
            return {"type": "object", "additionalProperties": self.single(field.message_type.fields_by_name["value"])}
        return {"type": "array", "items": self.single(field)} if field.is_repeated else self.single(field)

    def single(self, field: FieldDescriptor) -> dict:
        named = field.message_type or field.enum_type
        return dict(SCALARS[field.type]) if named is None else self.reference(named)


def tag(path: str) -> str:
    _, _, _, service, group, *_ = f"{path}/".split("/")
    return group if service == "mlflow" else service


def at_most_one(names: list) -> dict:
    present = [{"required": [name]} for name in names]
    return {"oneOf": [*present, {"not": {"anyOf": present}}]}


def enum(of: EnumDescriptor) -> dict:
    return {"type": "string", "enum": [value.name for value in of.values]}


def schema_name(of: Descriptor | EnumDescriptor) -> str:
    """`mlflow.CreateRun.Response` → CreateRunResponse; the artifact service repeats names, so its own get a prefix."""
    parts = of.full_name.split(".")[1:]
    return "".join("Proxied" if part == "artifacts" else part for part in parts)


def operation_name(method) -> str:
    is_proxied = method.containing_service.name == "MlflowArtifactsService"
    return f"proxied{method.name[0].upper()}{method.name[1:]}" if is_proxied else method.name


def is_public(field: FieldDescriptor) -> bool:
    options = field.GetOptions()
    if not options.HasExtension(databricks_pb2.visibility):
        return True
    return options.Extensions[databricks_pb2.visibility] != databricks_pb2.INTERNAL


def is_required(field: FieldDescriptor) -> bool:
    return field.GetOptions().Extensions[databricks_pb2.validate_required]


def path_parameter(name: str) -> dict:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def rest_path(endpoint) -> str:
    if endpoint.path in REAL_PATHS:
        return REAL_PATHS[endpoint.path]
    path = re.sub(r"<path:(\w+)>", r"{\1}", endpoint.path)
    return f"/api/{endpoint.since.major}.0{path}"


def is_taken(endpoint, visibility) -> bool:
    if visibility not in (databricks_pb2.PUBLIC, databricks_pb2.PUBLIC_UNDOCUMENTED):
        return False
    service, _, group = endpoint.path.strip("/").partition("/")
    return service == "mlflow-artifacts" or group.split("/")[0] in GROUPS


def add_plain_routes(paths: dict) -> None:
    """Routes that no descriptor declares; server-info tells MLflow 3 from those before."""
    text = {"200": {"description": "done", "content": {"text/plain": {"schema": {"type": "string"}}}}}
    paths["/health"] = {"get": {"operationId": "getHealth", "tags": ["server"], "responses": text}}
    paths["/version"] = {"get": {"operationId": "getVersion", "tags": ["server"], "responses": text}}
    if int(mlflow.__version__.partition(".")[0]) < 3:
        return
    flags = ("workspaces_enabled", "multipart_uploads_enabled", "multipart_downloads_enabled")
    info = {
        "type": "object",
        "description": "absent (404) before MLflow 3",
        "properties": {"store_type": {"type": "string"}, **{name: {"type": "boolean"} for name in flags}},
    }
    paths["/api/3.0/mlflow/server-info"] = {
        "get": {
            "operationId": "getServerInfo",
            "tags": ["server"],
            "responses": {
                "200": {"description": "done", "content": {"application/json": {"schema": info}}},
                "default": {"$ref": "#/components/responses/Error"},
            },
        }
    }


def document() -> dict:
    taken = Document()
    for method in (method for service in SERVICES for method in service.methods):
        rpc = method.GetOptions().Extensions[databricks_pb2.rpc]
        endpoints = [endpoint for endpoint in rpc.endpoints if is_taken(endpoint, rpc.visibility)]
        for endpoint in endpoints:
            taken.add_endpoint(method, endpoint, is_only=len(endpoints) == 1)
    add_plain_routes(taken.paths)
    error_fields = ("error_code", "message", "sqlstate", "error_class")
    error = {"type": "object", "properties": {name: {"type": "string"} for name in error_fields}}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "MLflow tracking, registry and artifacts",
            "version": mlflow.__version__,
            "description": "Generated by tools/codegen/mlflow_openapi.py from the descriptors of the mlflow wheel.",
        },
        "paths": dict(sorted(taken.paths.items())),
        "components": {
            "schemas": {"Error": error, **dict(sorted(taken.schemas.items()))},
            "responses": {
                "Error": {
                    "description": "refused or failed",
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
                }
            },
        },
    }


class PlainDumper(yaml.SafeDumper):
    def ignore_aliases(self, data) -> bool:
        return True


if __name__ == "__main__":
    yaml.dump(document(), sys.stdout, Dumper=PlainDumper, sort_keys=False, width=120)
