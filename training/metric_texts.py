"""The texts that make_metric_fixtures.py scores: written for it, no data of anyone's."""

from __future__ import annotations

import random

_NUMBERS = [  # answers to a problem whose answer is the second entry
    ("The answer is 42.", "42"), ("The answer is 42", "43"), ("#### 42", "42"), ("42", "42"), ("", "42"),
    ("No number at all.", "7"), ("The answer is $1,234.", "1234"), ("The answer is 1,234", "1,234"),
    ("The answer is $3.50 per hour", "3.5"), ("The answer is -5.", "-5"), ("The answer is - 5.", "-5"), ("It fell by 3-5", "-5"),
    ("The answer is 3/4", "4"), ("The answer is 3/4", "0.75"), ("The answer is 75%.", "75"), ("The answer is .5", "0.5"),
    ("The answer is 0.50000001", "0.5"), ("The answer is 0.5002", "0.5"), ("The answer is 1.000.000", "1"),
    ("The answer is 12.", "12"), ("The answer is 12,", "12"), ("The answer is 1,2,3", "123"), ("The answer is 5,", "5"),
    ("So \\boxed{18}.", "18"), ("So \\boxed{1,800} and 3 left.", "1800"), ("So \\boxed{1{,}800} and 3 left.", "1800"),
    ("So \\boxed{1\\!800} and 3", "1800"), ("\\boxed{18}x and 4", "18"), ("\\boxed{18}_1 and 4", "18"),
    ("\\boxed{\\frac{3}{4}} then 9", "4"), ("\\boxed{\\text{9 apples}} then 2", "9"), ("\\boxed{} then 2", "2"),
    ("\\boxed{a\n7} then 2", "7"), ("\\boxed{5} but the answer is 6", "6"), ("\\boxed{5} but the answer is 6", "5"),
    ("the answer is 6, so \\boxed{5}", "6"), ("the answer is 6, so \\boxed{5}", "5"),
    ("the answer is\n6, so \\boxed{5}", "6"), ("the answer is\n6, so \\boxed{5}", "5"),
    ("The answer is 3.\nThe answer is 4.", "3"), ("The answer is 3.\nThe answer is 4.", "4"),
    ("Let me see. 5 + 6 = 11. The answer is 11. Or 12?", "12"), ("Let me see. 5 + 6 = 11. The answer is 11.\nOr 12?", "11"),
    ("answer is: 9", "9"), ("The Answer Is 9 of 10.\n10", "9"), ("The Answer Is 9 of 10.\n10", "10"),
    ("The answer is unknown.\n5", "5"), ("7 apples. The answer is unknown.\n5", "7"),
    ("x = 7\n```python\nprint(8)\n```", "7"), ("x = 7\n```python\nprint(8)\n```", "8"), ("```\n8\n```", "8"),
    ("```8```\n9\n```", "9"), ("8\nQuestion: and 9?", "8"), ("8\nQuestion: and 9?", "9"), ("8 Question 9", "9"),
    ("8\nQuestions 9", "8"), ("The answer is ٤٢", "42"), ("The answer is ４２", "42"), ("The answer is १२३.५", "123.5"),
    ("The answer is 𝟜𝟚", "42"), ("The answer is ²", "2"), ("The answer is 42\u00a0€", "42"), ("The answer is −5", "5"),
    ("The answer is −5", "-5"), ("1e5", "5"), ("1e5", "100000"), ("12:30", "30"), ("2024-05-06", "-6"), ("2024-05-06", "6"),
    ("The answer is 😀 7 😀", "7"), ("--7", "-7"), ("$-7.25", "-7.25"), ("-.25", "-0.25"), ("7..5", "0.5"), ("7..5", "5"),
    ("The answer is 1\u2028 2", "2"), ("The answer is 1\r\n2", "1"), ("The answer is 1\r2", "2"), ("9" * 40, "9" * 40),
    ("9" * 400, "1"), ("answer is " * 50 + "6", "6"), ("Answer: 6,000,000.00", "6000000"), ("6 000", "0"), ("6'000", "0"),
    ("#### 1,000", " 1000 "), ("1000.0", "1e3"), ("x5y", "5"), ("5th", "5"), ("H2O", "2"), ("The answer is 10 %", "10"),
]
_STATED = [  # answers to a question whose answer is the second entry
    ("So the answer is (A).", "(A)"), ("So the answer is (A) red.", "(A)"), ("So the answer is A.", "(A)"), ("(A)", "(A)"),
    ("the answer is: yes", "Yes"), ("The Answer Is Yes.", "yes"), ("the answer is yes..", "yes"), ("the answer is yes .", "yes"),
    ("the answer is not yes.", "yes"), ("the answer is yesterday", "yes"), ("no\nthe answer is no.\nso the answer is yes.", "yes"),
    ("the answer is no. The answer is yes.", "yes"), ("yes", "yes"), ("I think\nyes, indeed", "yes"), ("yes\nI think", "yes"),
    ("the answer is yes\nQ: what? the answer is no", "yes"), ("the answer is yes\n\nQuestion? the answer is no", "yes"),
    ("the answer is yes\n\nSo the answer is no", "yes"), ("the answer is ] ) }.", "] ) }"), ("the answer is ])}.", "] ) }"),
    ("the answer is ", ""), ("", "yes"), ("", ""), ("the answer is valid", "invalid"), ("the answer is invalid", "valid"),
    ("the answer is -3.", "-3"), ("the answer is -3.", "3"), ("the answer is 1.5.", "1.5"), ("the answer is 1.5", "1"),
    ("the answer is ÉCOLE.", "école"), ("the answer is école", "col"), ("the answer is STRASSE", "straße"),
    ("the answer is straße ok", "straße"), ("the answer İS no", "no"), ("the anſwer is no", "no"), ("the answer ıs no", "no"),
    ("the answer is a+b*c", "a+b*c"), ("the answer is [x].", "[x]"), ("the answer is $5 (five)", "$5"), ("the answer is\tyes\u00a0.", "yes"),
    ("the answer is\x1fyes\x85", "yes"), ("the answer is \ufeffyes", "yes"), ("the answer is yes\r\nno", "yes"), ("the answer is yes\rno", "yes"),
    ("the answer is (b) or (c)", "(c)"), ("the answer is (B)\n", "(b)"), ("the answer is (AB)", "(ab)"), ("the answer is 漢字です", "漢字"),
    ("the answer is 漢字 です", "漢字"), ("the answer is 😀.", "😀"), ("the answer is a\u0301b", "a"), ("the answer is apple banana\n\nQ", "apple banana"),
]
_SPANS = [
    ("Paris.", ["Paris"]), ("It is in France, in the city of Paris", ["paris"]), ("I do not know.\nParis", ["Paris"]), ("", ["Paris"]),
    ("\n\n Paris \nLyon", ["Paris"]), ("the Eiffel Tower", ["Eiffel Tower", "tower of Eiffel"]), ("Comparison", ["Paris"]),
    ("J.K. Rowling", ["JK Rowling"]), ("J. K. Rowling", ["JK Rowling"]), ("A  man,\ta plan", ["man plan"]), ("1,000 men", ["1000"]),
    ("rock-and-roll", ["rock and roll"]), ("rock’n’roll", ["rocknroll"]), ("the", ["the"]), ("anything", ["the"]), ("anything", [""]),
    ("ÉCOLE normale", ["école"]), ("Straße", ["STRASSE"]), ("an_a", ["an"]), ("a1 the2", ["1"]), ("It’s a the-an", ["its"]),
    ("naïve theáter", ["theáter"]), ("x\u2003y\u00a0z", ["x y z"]), ("x\ufeffy", ["x y"]), ("x\x1cy", ["x y"]), ("東京は首都", ["東京"]),
    ("Λόγος ΣΟΦΟΣ", ["σοφος"]), ("a\u0301pple", ["\u0301pple"]), ("no", ["yes", "maybe", "no"]), ("no", []), ("İstanbul", ["i̇stanbul"]),
]
RULE_TEXTS = ([("gsm8k", text, [gold]) for text, gold in _NUMBERS] + [("bbh", text, [gold]) for text, gold in _STATED]
              + [("subspan", text, answers) for text, answers in _SPANS])

WORD_PAIRS = [(answer, answers) for answer, answers in _SPANS if answers] + [
    ("the quick brown fox", ["a quick red fox", "the fox"]), ("fox fox fox", ["fox fox"]), ("", [""]), ("the", ["a"]), ("", ["x"]), ("x", [""]),
    ("東京です。", ["東京"]), ("答案是：北京。", ["北京"]), ("GPT-4 模型 v2", ["gpt4模型"]), ("カタカナのテスト", ["カタカナ テスト"]),
    ("北京 Beijing", ["Beijing"]), ("“引号”，逗号、顿号……", ["引号逗号顿号"]), ("서울은 수도", ["서울"]), ("人人人", ["人人"]), ("no", ["没有"]),
    ("コーヒー", ["コーヒー。"]), ("In 1867 Canada became a country", ["Canada became a country in 1867"]), ("hello, world!", ["Hello World"]),
]

_SENTENCES = [
    "The committee agreed to postpone the meeting until the budget figures had been checked.",
    "Nobody expected the bridge to reopen before winter, but the engineers finished early.",
    "Prices rose by 3.5% in 2019, while wages (adjusted for inflation) fell slightly.",
    "\"We can't promise anything,\" she said, \"yet we're trying harder than ever.\"",
    "Researchers measured the conductivity of thin films at temperatures between -40 and 85 degrees.",
    "He dies and lies; she spied the skies, tying and untying generously organized ribbons.",
    "The café's naïve owner spent €1,234.56 on 12 chairs — mostly red ones.",
    "Rust & C++ <b>templates</b> share a goal: zero-cost abstractions; e.g. iterators/ranges.",
    "Tokyo (東京) is larger than Kyoto (京都), though both were capitals.",
    "Electricity, relational databases and conditional probabilities are formally unrelated topics.",
    "A dog barked.", "Yes.", "It was the best of plans and it was the worst of plans.",
    "In the valley the farmers harvested potatoes, carrots, and onions; nothing was wasted.",
    "The theory generalizes earlier results and simplifies the analysis of rational approximations.",
    "Winning isn't everything... is it? Well-known players disagree!!!",
    "Der Zug nach Köln fährt um 7:45 Uhr ab, sagte der Schaffner.",
    "def add(a, b): return a + b  # adds two numbers\nprint(add(2, 3))",
    "The happiest memories, surprisingly, were of flying kites and enjoying early mornings.",
    "Speaker A: Could you send the agenda? Speaker B: I'll send it by Friday at 5 p.m.",
]
_EDGE_PAIRS = [("", ["A dog barked."]), ("A dog barked.", [""]), ("", [""]), ("   ", ["\n"]), ("!!!", ["???"]), ("漢字", ["漢字"]),
               ("Yes.", ["Yes."]), ("no", ["yes"]), ("a", ["a b"]), ("The &quot;end&quot; &amp; more", ["The \"end\" & more"]),
               ("x-\ny 3- 4.5,6", ["xy 3 - 4.5,6"]), ("sky [SEP] skies", ["[CLS] sky", "skies"])]


def text_pairs() -> list[tuple[str, list[str]]]:
    """Pairs of an answer and one to three references: edits of sentences, and edge cases."""
    draw = random.Random(5)
    pairs = []
    for index in range(48):
        count = 1 + index % 3
        chosen = [draw.choice(_SENTENCES) for _ in range(count)]
        references = [" ".join(chosen)]
        if index % 4 == 1:
            references.append(_edited(draw, references[0], 0.4))
        if index % 8 == 3:
            references.append(draw.choice(_SENTENCES))
        pairs.append((_edited(draw, references[0], 0.1 + 0.6 * draw.random()), references))
    return pairs + _EDGE_PAIRS


def _edited(draw: random.Random, text: str, rate: float) -> str:
    """The text with words dropped, doubled, moved or taken from elsewhere."""
    others = " ".join(_SENTENCES).split()
    words = []
    for word in text.split(" "):
        kind = draw.random() / rate if rate else 9
        if kind < 0.35:
            continue
        words += [word, word] if kind < 0.45 else [draw.choice(others)] if kind < 0.75 else [word.upper()] if kind < 0.85 else [word]
        if 0.85 <= kind < 1 and len(words) > 1:
            words[-1], words[-2] = words[-2], words[-1]
    return " ".join(words)


def stem_words() -> list[str]:
    """Words of the sentences, irregular forms, and stems of all shapes with every suffix of the algorithm."""
    suffixes = ("s es sses ies ss ed ied eed ing y ational tional enci anci izer bli alli entli eli ousli ization ation ator alism "
                "iveness fulness ousness aliti iviti biliti fulli logi logy icate ative alize iciti ical ful ness al ance ence er ic able "
                "ible ant ement ment ent sion tion ion ou ism ate iti ous ive ize e ll lly ally ably ingly edly").split()
    stems = "a b sk tr by yo cr syz obl hop fil fall hiss fizz tann trouble conflat rel geo archae yy eyr oyst box low wil pla 7x".split()
    irregular = "sky skies dying lying tying news innings inning outings outing cannings canning howe proceed exceed succeed yyyy yyying 2019s".split()
    words = {word for sentence in _SENTENCES for word in sentence.lower().split() if word.isascii() and word.isalnum()}
    return sorted(words | set(irregular) | {stem + suffix for stem in stems for suffix in suffixes})
