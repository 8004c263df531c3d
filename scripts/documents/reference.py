"""The API reference as Markdown, from an OpenAPI document."""

import json
import urllib.parse

HEAD = """<!-- Made by `make api-reference` from the OpenAPI document of the service. Do not change it here: change Sources/HearthPages/OpenAPI. -->
# API reference

Every route with an example and its errors. The service has the same as a page at `/docs`, and for programs at `/openapi.yaml`; [HTTP API](../http-api.md)
shows how routes are used together. Times are ISO 8601 in UTC with milliseconds, durations in the unit that is named, money in US dollars.

Send a credential as `Authorization: Bearer KEY` or `X-API-Key: KEY`; each route names the scope that it needs. In development, on its own machine and
without any credentials, the service asks for none.

Errors below `/api/v1` have the form of [Error](#error), those below `/v1` that of the provider, [ProviderError](#providererror). Programs compare `error`
or `code`, people read `message`. Every answer has `X-Request-Id`; 429 and 503 have `Retry-After`, in seconds.
"""
# Values for the parameters of addresses.
SAMPLES = {"name": "prune-cache", "customerId": "customer-17", "model": "gpt-4o-mini"}


def operations(document):
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def cell(text):
    return str(text).replace("|", "\\|").replace("\n", " ")


def type_of(schema):
    """A schema in a few words: a text of 1 to 500 characters."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        return f"[{name}](#{name.lower()})"
    if "enum" in schema:
        return ", ".join(f"`{word}`" for word in schema["enum"])
    kind = schema.get("type")
    if kind == "array":
        most = f" (at most {schema['maxItems']})" if "maxItems" in schema else ""
        return f"list{most} of {type_of(schema['items'])}"
    if kind == "object":
        return f"object of {type_of(schema['additionalProperties'])}" if schema.get("additionalProperties") else "object"
    if schema.get("format") == "date-time":
        return "time"
    limits = [schema.get(name) for name in (("minLength", "maxLength") if kind == "string" else ("minimum", "maximum"))]
    word = {"string": "text", "integer": "whole number", "number": "number", "boolean": "`true`, `false`"}.get(kind, "anything")
    if limits[0] is not None and limits[1] is not None:
        return f"{word}, {limits[0]} to {limits[1]}" + (" characters" if kind == "string" else "")
    return word


def table(heads, rows):
    return "\n".join(["| " + " | ".join(heads) + " |", "|" + " --- |" * len(heads), *("| " + " | ".join(map(cell, row)) + " |" for row in rows)]) + "\n"


def parameters(operation):
    rows = []
    for parameter in operation.get("parameters", []):
        schema = parameter["schema"]
        default = f" Default: `{json.dumps(schema['default']).strip(chr(34))}`." if "default" in schema else ""
        place = {"query": "", "path": " (address)", "header": " (header)"}[parameter["in"]]
        needed = " Needed." if parameter["required"] and parameter["in"] != "path" else ""
        rows.append([f"`{parameter['name']}`{place}", type_of(schema), parameter["description"] + default + needed])
    return [table(["Parameter", "Value", "Meaning"], rows)] if rows else []


def address(path, operation, values=SAMPLES):
    """The address with values in place of braces, and with the parameters that are needed."""
    for parameter in operation.get("parameters", []):
        if parameter["in"] == "path":
            path = path.replace("{" + parameter["name"] + "}", values.get(parameter["name"], parameter["name"].upper()))
    needed = {"expression": "30 2 * * *", "hub.mode": "subscribe", "hub.verify_token": "TOKEN", "hub.challenge": "1158201444"}
    query = [(p["name"], needed.get(p["name"], "1")) for p in operation.get("parameters", []) if p["in"] == "query" and p["required"]]
    return path + ("?" + urllib.parse.urlencode(query, quote_via=urllib.parse.quote) if query else "")


def body_of(operation):
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    return content.get("example"), content.get("schema")


def request(method, path, operation):
    """The example as a command."""
    example, _ = body_of(operation)
    words = ["curl -s"] + ([f"-X {method}"] if method != "GET" and not (method == "POST" and example is not None) else [])
    words.append(f"'http://127.0.0.1:4327{address(path, operation)}'")
    if example is not None:
        text = json.dumps(example, ensure_ascii=False).replace("'", "'\\''")
        words.append(f"-H 'Content-Type: application/json' \\\n  -d '{text}'")
    return "```sh\n" + " ".join(words) + "\n```\n"


def answers(operation):
    parts, rows = [], []
    for status, answer in operation["responses"].items():
        for media, content in answer.get("content", {}).items():
            if status.startswith("2") and "example" in content:
                shown = json.dumps(content["example"], ensure_ascii=False, indent=2)
                parts.append(f"<!-- test: sample -->\n```json\n{shown}\n```\n")
        codes = [(code, example["value"]) for content in answer.get("content", {}).values() for code, example in content.get("examples", {}).items()]
        media = [type_of(content["schema"]) if name == "application/json" else f"`{name}`" for name, content in answer.get("content", {}).items()]
        if not codes:
            rows.append([status, "", answer["description"] + (f" {', '.join(media)}" if media else "")])
        meanings = dict(part.split(": ", 1) for part in split_meanings(answer["description"], [code for code, _ in codes]))
        rows += [[status, f"`{code}`", meanings.get(code, "")] for code, _ in codes]
    return parts + [table(["Status", "Error", "When"], rows)]


def split_meanings(text, codes):
    """The description of a status has each code with its meaning behind it."""
    marks = sorted((text.find(code + ": "), code) for code in codes if code + ": " in text)
    ends = [position for position, _ in marks[1:]] + [len(text)]
    return [text[begin:end].strip() for (begin, _), end in zip(marks, ends)]


def scope(operation):
    scopes = [names for choice in operation["security"] for names in choice.values()]
    return f"scope `{scopes[0][0]}`" if scopes else "no credential"


def schema_section(name, schema):
    needed = set(schema.get("required", []))
    rows = [[f"`{field}`", type_of(value), ("" if field in needed else "*May be absent.* ") + value.get("description", "")]
            for field, value in schema.get("properties", {}).items()]
    return "\n".join([f"### {name}\n", schema.get("description", "") + "\n", *([table(["Field", "Value", "Meaning"], rows)] if rows else [])])


def render(document):
    tags = [tag["name"] for tag in document["tags"]]
    listed = list(operations(document))
    parts = ["<!-- test: needs hearth; long -->\n" + HEAD]
    rows = [[f"`{method} {path}`", f"[{operation['summary']}](#{anchor(operation['operationId'])})"] for method, path, operation in listed]
    parts.append(table(["Route", ""], rows))
    for tag in tags:
        parts.append(f"## {tag}\n")
        for method, path, operation in listed:
            if operation["tags"] == [tag]:
                parts.append(section(method, path, operation))
    parts.append("## Objects\n")
    parts += [schema_section(name, schema) for name, schema in document["components"]["schemas"].items()]
    return "\n".join(parts)


def anchor(heading):
    return heading.lower()


def section(method, path, operation):
    body = body_of(operation)[1]
    parts = [f"### {operation['operationId']}\n", f"**{operation['summary']}**: `{method} {path}`, {scope(operation)}.\n", operation["description"] + "\n"]
    parts += parameters(operation)
    if body:
        parts.append(f"Body: {type_of(body)}.\n")
    return "\n".join(parts + [request(method, path, operation)] + answers(operation))
