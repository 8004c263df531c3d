"""Asks through Hearth with LiteLLM's client, beside the provider itself, and compares what comes back.

Arguments: the provider's base address, Hearth's. A difference is a failed assertion.
"""

import asyncio
import json
import os
import sys
import urllib.request
from importlib.metadata import version

# Nothing is looked up elsewhere.
os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"

import litellm

provider_url, hearth_url = sys.argv[1:3]
litellm.telemetry = False
QUESTION = [{"role": "user", "content": "Do you repair umbrellas?"}]
TOOL = {"type": "function", "function": {"name": "look_up", "parameters": {"type": "object", "properties": {"question": {"type": "string"}}}}}


def calls():
    with urllib.request.urlopen(provider_url.removesuffix("/v1") + "/simulator/requests") as reply:
        return json.load(reply)["chatCompletions"]


def ask(url, messages=QUESTION, **options):
    return litellm.completion(model="openai/gpt-4o-mini", api_base=url, api_key="sk-test", num_retries=0, messages=messages, **options)


def same(name, read, **options):
    direct = read(ask(provider_url, **options))
    before = calls()
    first, second = read(ask(hearth_url, **options)), read(ask(hearth_url, **options))
    assert first == direct and second == direct, f"{name}: {second} is not {direct}"
    assert calls() == before + 1, f"{name}: {calls() - before} calls"
    print(name)


def text(reply):
    return reply.choices[0].message.content


def streamed(reply):
    return "".join(chunk.choices[0].delta.content or "" for chunk in reply if chunk.choices)


def tool_calls(reply):
    return [(call.function.name, call.function.arguments) for call in reply.choices[0].message.tool_calls]


same("a question", text)
same("a stream", streamed, stream=True, temperature=0.5)
same("a tool", tool_calls, tools=[TOOL])
same("three choices", lambda reply: len(reply.choices), n=3)

# Its own object for wishes about the cache means the same to Hearth.
before = calls()
ask(hearth_url, extra_body={"cache": {"no-cache": True}})
assert calls() == before + 1
print("no-cache in the body")


async def asynchronously():
    return await litellm.acompletion(model="openai/gpt-4o-mini", api_base=hearth_url, api_key="sk-test", messages=QUESTION)


assert text(asyncio.run(asynchronously())) == text(ask(provider_url))
reply = litellm.embedding(model="openai/text-embedding-3-small", api_base=hearth_url, api_key="sk-test", input=["one", "two"])
direct = litellm.embedding(model="openai/text-embedding-3-small", api_base=provider_url, api_key="sk-test", input=["one", "two"])
assert [item["embedding"] for item in reply.data] == [item["embedding"] for item in direct.data]

try:
    ask(hearth_url, extra_headers={"X-Hearth-Category": "shoes"})
    raise AssertionError("no error")
except litellm.BadRequestError as error:
    assert "X-Hearth-Category" in str(error), error
print(f"all the same with litellm {version('litellm')}")
