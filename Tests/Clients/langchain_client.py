"""Asks through Hearth with LangChain's client, beside the provider itself, and compares what comes back.

Arguments: the provider's base address, Hearth's. A difference is a failed assertion.
"""

import json
import sys
import urllib.request
from importlib.metadata import version

from langchain_core.messages import AIMessage, HumanMessage, SystemMessage, ToolMessage
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI, OpenAIEmbeddings
from pydantic import BaseModel

provider_url, hearth_url = sys.argv[1:3]


def model(url, **options):
    return ChatOpenAI(base_url=url, api_key="sk-test", model="gpt-4o-mini", max_retries=0, **options)


def calls():
    with urllib.request.urlopen(provider_url.removesuffix("/v1") + "/simulator/requests") as reply:
        return json.load(reply)["chatCompletions"]


@tool
def look_up(question: str) -> str:
    """Looks something up."""
    return question


class Booking(BaseModel):
    """A booking of a table."""

    people: int
    name: str


def same(name, ask):
    direct = ask(provider_url)
    before = calls()
    first, second = ask(hearth_url), ask(hearth_url)
    assert first == direct and second == direct, f"{name}: {second} is not {direct}"
    assert calls() == before + 1, f"{name}: {calls() - before} calls"
    print(name)


MESSAGES = [SystemMessage("Be brief."), HumanMessage("Hi"), AIMessage("Hello!"), HumanMessage("Do you repair umbrellas?")]
CALL = {"name": "look_up", "args": {"question": "x"}, "id": "call_1"}
TOOL_MESSAGES = [HumanMessage("Where is Anna?"), AIMessage("", tool_calls=[CALL]), ToolMessage("at home", tool_call_id="call_1")]

same("a conversation", lambda url: model(url).invoke(MESSAGES).content)
same("a stream", lambda url: "".join(chunk.content for chunk in model(url).stream("Do you sell gift cards?")))
same("a tool", lambda url: [(c["name"], c["args"]) for c in model(url).bind_tools([look_up]).invoke("Where is Anna?").tool_calls])
same("a tool's answer", lambda url: model(url).invoke(TOOL_MESSAGES).content)
same("a structure", lambda url: model(url).with_structured_output(Booking, method="json_schema").invoke("Book for Anna").model_dump())
same("usage", lambda url: dict(model(url, stream_usage=True).invoke("How far is it?").usage_metadata)["total_tokens"])


def vectors(url):
    client = OpenAIEmbeddings(base_url=url, api_key="sk-test", model="text-embedding-3-small", check_embedding_ctx_length=False)
    return client.embed_documents(["one", "two"])


assert vectors(hearth_url) == vectors(provider_url)
print(f"all the same with langchain-openai {version('langchain-openai')}")
