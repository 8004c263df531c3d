"""Asks a provider directly and through Hearth with the official client, and compares what comes back.

Arguments: the provider's base address, Hearth's. Prints one line for each thing that was compared; a difference is a failed assertion.
"""

import asyncio
import itertools
import json
import sys
import threading
import time
import urllib.request

import openai

provider_url, hearth_url = sys.argv[1:3]
provider = openai.OpenAI(base_url=provider_url, api_key="sk-test", max_retries=0)
hearth = openai.OpenAI(base_url=hearth_url, api_key="sk-test", max_retries=0)
provider_async = openai.AsyncOpenAI(base_url=provider_url, api_key="sk-test", max_retries=0)
hearth_async = openai.AsyncOpenAI(base_url=hearth_url, api_key="sk-test", max_retries=0)

TOOL = {"type": "function", "function": {
    "name": "look_up", "strict": True,
    "parameters": {"type": "object", "properties": {"question": {"type": "string"}}, "required": ["question"], "additionalProperties": False}}}
SCHEMA = {
    "type": "json_schema",
    "json_schema": {
        "name": "booking",
        "schema": {"type": "object", "properties": {"people": {"type": "integer"}, "name": {"type": "string"}, "paid": {"type": "boolean"}}},
    },
}
PICTURE = {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgo="}}

# name, fields
REQUESTS = [
    ("a question", {"messages": [{"role": "user", "content": "Do you repair umbrellas?"}]}),
    ("a conversation", {"messages": [
        {"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello!"},
        {"role": "user", "content": "Сколько стоит стрижка 👍🏽?"}]}),
    ("a tool", {"messages": [{"role": "user", "content": "Where is Anna?"}], "tools": [TOOL]}),
    ("a structure", {"messages": [{"role": "user", "content": "Book a table for Anna"}], "response_format": SCHEMA}),
    ("a picture", {"messages": [{"role": "user", "content": [{"type": "text", "text": "What do you see?"}, PICTURE]}]}),
    ("three choices", {"messages": [{"role": "user", "content": "Name a colour"}], "n": 3, "seed": 1152921504606846977}),
    ("probabilities", {"messages": [{"role": "user", "content": "Are you sure?"}], "logprobs": True}),
    ("a long text", {"messages": [{"role": "user", "content": "word " * 300}]}),
]


def calls(kind="chatCompletions"):
    with urllib.request.urlopen(provider_url.removesuffix("/v1") + "/simulator/requests") as reply:
        return json.load(reply)[kind]


def received():
    """Requests that Hearth has answered on this route."""
    with urllib.request.urlopen(hearth_url.removesuffix("/v1") + "/metrics") as reply:
        lines = reply.read().decode().splitlines()
    return sum(int(line.split()[-1]) for line in lines
               if line.startswith("http_server_request_duration_seconds_count") and "chat/completions" in line)


def plain(completion):
    """What must be the same: everything but the name and the moment."""
    values = completion.model_dump(exclude_none=True)
    for name in ("id", "created"):
        values.pop(name)
    return values


def joined(chunks):
    """A stream put together: for each choice its text, calls, probabilities and end; and the usage."""
    choices, usage = {}, None
    for chunk in chunks:
        assert chunk.object == "chat.completion.chunk", chunk
        if chunk.usage:
            usage = chunk.usage.model_dump(exclude_none=True)
        for choice in chunk.choices:
            known = choices.setdefault(choice.index, {"content": "", "calls": {}, "logprobs": [], "finish": None, "role": None})
            known["content"] += choice.delta.content or ""
            known["role"] = known["role"] or choice.delta.role
            known["finish"] = choice.finish_reason or known["finish"]
            if choice.logprobs and choice.logprobs.content:
                known["logprobs"] += [token.model_dump() for token in choice.logprobs.content]
            for call in choice.delta.tool_calls or []:
                entry = known["calls"].setdefault(call.index, {"id": None, "name": "", "arguments": ""})
                entry["id"] = call.id or entry["id"]
                entry["name"] += call.function.name or ""
                entry["arguments"] += call.function.arguments or ""
    return choices, usage


def streamed(client, fields, usage=True):
    options = {"stream_options": {"include_usage": True}} if usage else {}
    return joined(client.chat.completions.create(model="gpt-4o-mini", stream=True, **options, **fields))


def whole(client, fields):
    return client.chat.completions.create(model="gpt-4o-mini", **fields)


def compare():
    for name, fields in REQUESTS:
        direct, direct_stream = whole(provider, fields), streamed(provider, fields)
        before = calls()
        first = whole(hearth, fields)
        second, third = whole(hearth, fields), streamed(hearth, fields)
        assert calls() == before + 1, f"{name}: {calls() - before} calls"
        assert plain(first) == plain(direct) and plain(second) == plain(direct), f"{name}: {plain(second)} is not {plain(direct)}"
        assert second.id != first.id and second.id.startswith("chatcmpl-"), name
        assert third == direct_stream, f"{name}: {third} is not {direct_stream}"
        print(f"{name}: asked whole")

    # The other way round: streamed first.
    for name, fields in REQUESTS:
        fields = {**fields, "temperature": 0.5}
        direct, direct_stream = whole(provider, fields), streamed(provider, fields)
        before = calls()
        first, second, third = streamed(hearth, fields), streamed(hearth, fields), whole(hearth, fields)
        assert calls() == before + 1, f"{name}: {calls() - before} calls"
        assert first == direct_stream, f"{name}: {first} is not {direct_stream}"
        assert second == direct_stream, f"{name}: {second} is not {direct_stream}"
        assert plain(third) == plain(direct), f"{name}: {plain(third)} is not {plain(direct)}"
        assert streamed(hearth, fields, usage=False)[1] is None, name
        print(f"{name}: asked as a stream")


def without_usage():
    fields = {"messages": [{"role": "user", "content": "Is there a lift?"}]}
    assert streamed(hearth, fields, usage=False) == streamed(provider, fields, usage=False)
    print("a stream without usage")


async def asynchronously():
    fields = {"messages": [{"role": "user", "content": "Do you have a garden?"}]}
    before = calls()
    replies = await asyncio.gather(*[hearth_async.chat.completions.create(model="gpt-4o-mini", **fields) for _ in range(20)])
    assert calls() == before + 1
    assert len({json.dumps(plain(reply)) for reply in replies}) == 1 and len({reply.id for reply in replies}) == 20
    chunks = [chunk async for chunk in await hearth_async.chat.completions.create(model="gpt-4o-mini", stream=True, **fields)]
    assert joined(chunks)[0][0]["content"] == replies[0].choices[0].message.content

    # Everything else that can be asked, of the provider and of Hearth.
    async def stream(client, fields):
        chunks = await client.chat.completions.create(
            model="gpt-4o-mini", stream=True, stream_options={"include_usage": True}, **fields)
        return joined([chunk async for chunk in chunks])

    for name, fields in REQUESTS:
        fields = {**fields, "top_p": 0.5}
        direct = await provider_async.chat.completions.create(model="gpt-4o-mini", **fields)
        direct_stream = await stream(provider_async, fields)
        before = calls()
        first = await hearth_async.chat.completions.create(model="gpt-4o-mini", **fields)
        second = await stream(hearth_async, fields)
        assert calls() == before + 1 and plain(first) == plain(direct) and second == direct_stream, name
    texts = ["four", "five"]
    direct = await provider_async.embeddings.create(model="text-embedding-3-small", input=texts)
    for made in (1, 0):
        before = calls("embeddings")
        reply = await hearth_async.embeddings.create(model="text-embedding-3-small", input=texts)
        assert [item.embedding for item in reply.data] == [item.embedding for item in direct.data]
        assert calls("embeddings") == before + made
    behave({"status": 422})
    for client in (provider_async, hearth_async):
        try:
            await client.chat.completions.create(model="gpt-4o-mini", messages=[{"role": "user", "content": "What is broken here?"}])
            raise AssertionError("no error")
        except openai.UnprocessableEntityError:
            pass
    behave({"status": 0})
    print("asynchronously")


def helpers():
    """The client's own streaming helper puts tools and structures together itself."""
    fields = {"messages": [{"role": "user", "content": "Where is Anna?"}], "tools": [TOOL]}
    with hearth.chat.completions.stream(model="gpt-4o-mini", **fields) as stream:
        final = stream.get_final_completion()
    assert final.choices[0].message.tool_calls[0].function.name == "look_up"
    print("the streaming helper")


def behave(fields):
    address = provider_url.removesuffix("/v1") + "/simulator/behavior"
    urllib.request.urlopen(urllib.request.Request(address, json.dumps(fields).encode(), {"Content-Type": "application/json"})).read()


def until_answered():
    """A provider that refuses or fails is left alone for a moment, and what is asked then says nothing of it."""
    behave({"status": 0})
    for attempt in itertools.count():
        try:
            return whole(hearth, {"messages": [{"role": "user", "content": f"Are you there, attempt {attempt} at {time.monotonic()}?"}]})
        except openai.APIStatusError:
            assert attempt < 600
            time.sleep(0.05)


def errors():
    def failure(client, **fields):
        try:
            whole(client, {"messages": [{"role": "user", "content": "What is broken?"}], **fields})
        except openai.APIStatusError as error:
            return type(error), error.status_code, error.body
        raise AssertionError("no error")

    for status in (400, 403, 404, 422, 429, 500, 503):
        behave({"status": status})
        assert failure(hearth) == failure(provider), status
        until_answered()
    behave({"status": 0})
    kind, status, body = failure(hearth, extra_headers={"X-Hearth-Category": "shoes"})
    assert (kind, status, body["param"]) == (openai.BadRequestError, 400, "X-Hearth-Category"), body
    for mode in ("failing_stream", "cut_stream"):
        behave({"mode": mode})
        for _ in range(2):
            try:
                streamed(hearth, {"messages": [{"role": "user", "content": f"What breaks {mode}?"}]})
                raise AssertionError("no error")
            except openai.APIError:
                pass
        behave({"mode": "normal"})
        streamed(hearth, {"messages": [{"role": "user", "content": f"What breaks {mode}?"}]})
    print("errors")


def retries():
    """A client that tries again by itself gets what it would get from the provider, and does not try what is of no use."""
    def attempts(client, count, status):
        behave({"status": status})
        before = count()
        try:
            whole(client.with_options(max_retries=1), {"messages": [{"role": "user", "content": f"Is {status} mended?"}]})
            raise AssertionError("no error")
        except openai.APIStatusError as error:
            return type(error), count() - before

    for status in (400, 404, 422, 500, 503):
        through, direct = attempts(hearth, received, status), attempts(provider, calls, status)
        assert through == direct, f"{status}: {through} is not {direct}"
    until_answered()
    # The key is Hearth's own, and refused it stays.
    assert attempts(hearth, received, 401) == (openai.InternalServerError, 1)
    # A failure that passes.
    for client in (provider, hearth):
        behave({"status": 503})
        threading.Timer(0.2, behave, [{"status": 0}]).start()
        reply = whole(client.with_options(max_retries=5), {"messages": [{"role": "user", "content": "Does it pass?"}]})
        assert reply.choices[0].message.content
    print("retries")


def timeouts():
    """A client that waits no longer is told so by itself, and whoever asks later is answered."""
    behave({"latencyMilliseconds": 5000})
    for client in (provider, hearth):
        for stream in (False, True):
            began = time.monotonic()
            try:
                client.with_options(timeout=0.5).chat.completions.create(
                    model="gpt-4o-mini", messages=[{"role": "user", "content": f"Are you slow, {stream}?"}], stream=stream)
                raise AssertionError("no error")
            except openai.APITimeoutError:
                assert time.monotonic() - began < 4
    behave({"latencyMilliseconds": 0})
    assert whole(hearth, {"messages": [{"role": "user", "content": "Are you slow, False?"}]}).choices[0].message.content
    print("time-outs")


def models():
    assert [model.id for model in hearth.models.list()] == [model.id for model in provider.models.list()]
    assert hearth.models.retrieve("gpt-4o-mini") == provider.models.retrieve("gpt-4o-mini")
    try:
        hearth.models.retrieve("gpt-0")
        raise AssertionError("no error")
    except openai.NotFoundError:
        pass
    print("models")


def controls():
    fields = {"messages": [{"role": "user", "content": "Do you repair umbrellas?"}]}
    before = calls()
    raw = hearth.chat.completions.with_raw_response.create(model="gpt-4o-mini", **fields)
    assert raw.headers["cache-status"].startswith("hearth; hit"), raw.headers["cache-status"]
    assert float(raw.headers["x-hearth-saved-usd"]) > 0 and float(raw.headers["x-hearth-cost-usd"]) == 0
    assert calls() == before
    whole(hearth, {**fields, "extra_body": {"cache": {"no-cache": True}}})
    assert calls() == before + 1
    whole(hearth, {**fields, "extra_headers": {"Cache-Control": "no-store"}})
    assert calls() == before + 2
    print("controls")


def embeddings():
    def vectors(client, texts):
        reply = client.embeddings.create(model="text-embedding-3-small", input=texts)
        return [item.embedding for item in reply.data]

    texts = ["one", "two", "one more"]
    assert vectors(hearth, texts) == vectors(provider, texts)
    direct = vectors(provider, texts[::-1])
    before = calls("embeddings")
    assert vectors(hearth, texts[::-1]) == direct
    assert calls("embeddings") == before
    print("embeddings")


compare()
without_usage()
asyncio.run(asynchronously())
helpers()
controls()
models()
embeddings()
errors()
retries()
timeouts()
print(f"all the same with openai {openai.__version__}")
