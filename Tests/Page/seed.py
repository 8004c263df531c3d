"""Asks a running Hearth what the checks of the page look at: five languages, hits and misses, and texts that mean harm.

usage: seed.py URL
"""

import json
import sys
import urllib.request

QUESTIONS = {
    "en": ["What are your opening hours?", "How much is a haircut?", "Do you sell gift cards?"],
    "ru": ["Какие у вас часы работы?", "Сколько стоит стрижка?"],
    "es": ["¿Cuál es su horario?", "¿Cuánto cuesta un corte de pelo?"],
    "pt": ["Qual é o horário de funcionamento?", "Quanto custa um corte de cabelo?"],
    "he": ["מה שעות הפתיחה שלכם?", "כמה עולה תספורת?"],
}
HOSTILE = [
    "<script>alert(1)</script> do you open?",
    "\"><img src=x onerror=alert(2)> price?",
    "x" * 400,
    "Is \u202egnihton\u202c reversed here?",
    "=HYPERLINK(\"http://evil.example\",\"open\") hours?",
    "+1+1 how much?",
    "Zero\u200bwidth\u200bspaces and 👩‍👩‍👧‍👦 emoji?",
    "{{{mustache}}} & <b>bold</b> javascript:alert(3)",
]


def post(url, path, body):
    request = urllib.request.Request(url + path, json.dumps(body).encode(), {"Content-Type": "application/json"}, method="POST")
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def main(url):
    for language, questions in QUESTIONS.items():
        for times, question in enumerate(questions, start=2):
            for _ in range(times * 2):
                post(url, "/api/v1/cache/query", {"query": question, "language": language})
    for question in HOSTILE:
        for _ in range(3):
            post(url, "/api/v1/cache/query", {"query": question, "language": "en"})
    for number in range(40):
        post(url, "/api/v1/cache/query", {"query": f"Do you deliver to house number {number}?", "language": "en"})
    print("seeded")


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"))
