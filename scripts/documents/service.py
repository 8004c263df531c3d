"""Asks a running service every route of its OpenAPI document, and compares what it does with what the document says."""

import json
import re
import urllib.error
import urllib.request

from documents.reference import SAMPLES, address, body_of, operations


class Asking:
    def __init__(self, base, document):
        self.base, self.document = base, document
        # Real ones in place of examples, so that there is something to find.
        self.values = dict(SAMPLES)

    def send(self, method, path, body=None):
        """The status, the media type and the body of the answer; a redirect is an answer and is not followed."""
        data = json.dumps(body).encode() if body is not None else None
        headers = {"Content-Type": "application/json"} if data else {}
        request = urllib.request.Request(self.base + path, data, headers, method=method)
        opener = urllib.request.build_opener(StaysHere())
        try:
            answer = opener.open(request, timeout=30)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            return answer.status, answer.headers.get("Content-Type", "").split(";")[0].strip(), answer.read()

    def prepare(self):
        answer = json.loads(self.send("POST", "/api/v1/cache/query", {"query": "Do you sell gift cards?", "language": "en"})[2])
        run = json.loads(self.send("POST", "/api/v1/jobs/prune-cache/run")[2])
        self.values |= {"cacheKey": answer["cacheKey"], "id": run["runId"]}

    def faults(self):
        self.prepare()
        found = []
        # What removes things comes last, so that the others find something.
        for method, path, operation in sorted(operations(self.document), key=lambda route: route[0] == "DELETE"):
            place = f"{method} {path}"
            values = self.values | ({"id": "gpt-4o-mini"} if path.startswith("/v1/models") else {})
            example, _ = body_of(operation)
            if isinstance(example, dict) and "cacheKey" in example:
                example = example | {"cacheKey": values["cacheKey"]}
            status, media, body = self.send(method, address(path, operation, values), example)
            found += [f"{place}: {fault}" for fault in self.faults_of(operation, status, media, body)]
        status, _, body = self.send("GET", "/api/v1/no-such-route")
        found += [f"an unknown route: {fault}" for fault in self.compare(json.loads(body), {"$ref": "#/components/schemas/Error"}, "the answer")]
        return found + ([] if status == 404 else [f"an unknown route has status {status}"])

    def faults_of(self, operation, status, media, body):
        documented = operation["responses"].get(str(status))
        if documented is None:
            return [f"status {status} is not in the document: {body[:300]!r}"]
        content = documented.get("content", {})
        if not content:
            return []
        if media not in content:
            return [f"{media} came with status {status}; the document has {', '.join(content)}"]
        if media != "application/json":
            return []
        value = json.loads(body)
        code = value.get("error") if isinstance(value.get("error"), str) else (value.get("error") or {}).get("code")
        examples = content[media].get("examples", {})
        unknown = [f"the code {code} of status {status} is not in the document"] if examples and code not in examples else []
        return unknown + self.compare(value, content[media]["schema"], "the answer")

    def compare(self, value, schema, place):
        """What the value has that the schema does not say, and the other way round; fields that nobody told of are faults too."""
        if "$ref" in schema:
            return self.compare(value, self.document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]], place)
        kinds = {"object": dict, "array": list, "string": str, "boolean": bool, "integer": int, "number": (int, float)}
        kind = schema.get("type")
        if kind and (not isinstance(value, kinds[kind]) or (kind in ("integer", "number") and isinstance(value, bool))):
            return [f"{place} is {json.dumps(value)[:80]}, not {kind}"]
        found = []
        if "enum" in schema and value not in schema["enum"]:
            found.append(f"{place} is {value}, which is none of {schema['enum']}")
        if "pattern" in schema and not re.search(schema["pattern"], value):
            found.append(f"{place} is {value}, not {schema['pattern']}")
        if isinstance(value, dict):
            found += self.compare_members(value, schema, place)
        if isinstance(value, list) and "items" in schema:
            found += [fault for item in value for fault in self.compare(item, schema["items"], place + "[]")]
        return found

    def compare_members(self, value, schema, place):
        properties, rest = schema.get("properties", {}), schema.get("additionalProperties")
        found = [f"{place} has no {name}" for name in schema.get("required", []) if name not in value]
        for name, member in value.items():
            if name in properties:
                found += self.compare(member, properties[name], f"{place}.{name}")
            elif isinstance(rest, dict):
                found += self.compare(member, rest, f"{place}.{name}")
            elif properties and rest is not True:
                found.append(f"{place} has {name}, which the document does not know")
        return found


class StaysHere(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None
