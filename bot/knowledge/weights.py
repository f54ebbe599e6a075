"""What counts for how much when it is decided what answers a message.

All scores are shares, 0 to 1. They were chosen on questions kept apart from the ones that answers are found by
(docs/evaluation.md); `make evaluate` shows what moving them does.
"""

from __future__ import annotations

from bot.knowledge.features import NAME_KINDS

# How good evidence must be.
ENOUGH = 0.36
"""For an answer."""
FAIR = 0.24
"""For an answer that says how the question was understood, when nothing better is at hand."""
SURE = 0.50
"""For an answer to a sentence that asks nothing, beside another answer."""
ABOUT = 0.1
"""What a description is worth that may not answer what is asked: more than a refusal."""
NOT_FAR = 0.18
"""For saying the nearest fact about what a message names beside its description."""
NEAR = 0.20
"""What is less like than this is not even named as near."""
NEAR_PROCESS = 0.20
"""For taking a process to be meant that is not named."""

# How clear it must be.
CLEAR = 0.6
"""Evidence weaker than this, with another reading close by, is said as "Jag tolkade det som …", and both are."""
CLOSE = 0.1
"""A reading is close when it is no further behind than this."""
CLOSE_TO_LOOKUP = 0.13
"""The same, for a fact beside what a look-up found."""
APART = 0.12
"""The lead that makes one reading of a single word the only one."""
REPEATED = 0.85
"""From here on a message repeats a known question."""
CERTAIN = 0.8
"""Confidence that a single word is outside our work."""
AMBIGUOUS = 0.95
"""The evidence that a bare name of several things is for asking which is meant."""
DISTRESS = 0.3

# What leaning on the last answer changes.
CONTEXT_BONUS = 0.08
LEANING_BONUS = 0.16
"""Added for an answer about the same thing; more where the message points at it or is short."""
ELSEWHERE = 0.7
FAR_ELSEWHERE = 0.4
"""What an answer about something else is worth then; less where the message points back."""
PLAIN = 0.85
"""Evidence from here on stands without the last answer."""
ELLIPTIC_WEIGHT = 0.36
"""Confidence that a message only puts another name into the last question."""
ELLIPTIC_SCORE = 0.8

# What names are evidence for.
NAMED_PERSON = 0.5
"""Naming a person: for showing what is known of them."""
NAMED_PERSON_BESIDE = 0.3
"""The same, where more is said."""
ONLY_NAMED = 0.5
"""Naming one thing and saying nothing else: for saying what it is."""
ENUMERATED = 0.5
"""Naming several things in a row and asking what they are: for saying what each is."""
PICKED = 0.8
"""Naming a number after a list: for showing what stands there."""
NAMED_PROCESS = 0.38
"""Naming a process: for showing who does what in it."""
ASKED_ROLE = 0.46
"""The same, where the message asks for a role in it too."""
NO_MUNICIPALITY = 0.85
"""Naming a municipality that does not exist: for asking which is meant."""
OWN_RSS = 0.62
"""Naming a municipality beside RSS: for asking which RSS it has."""
OWN_RSS_BESIDE = 0.45
"""The same, where much more is said."""
MEMBER = 0.4
"""Naming a municipality and an RSS: for saying whether the one belongs to the other."""
OWN_PLACE = 0.9
"""Saying where one works: for having it remembered."""
ASKED_TOO = 0.5
"""What saying where one works, or yes or no, is worth in a message that asks something."""
CONTACT_TOO = 0.5
"""What asking for a contact of the last answer counts as asking for that of what is named."""
SEVERAL_NAMES = 0.6
"""What a look-up about one thing is worth when the message names more than one."""
WITH_NAMES = 0.5
"""What a reply that looks nothing up is worth when the message names a thing of ours, or leans on the last answer."""
IN_SCOPE = 0.8
"""What a refusal is worth when the message names a subject of ours."""
BACKGROUND = 0.7
"""What evidence for a sentence that asks nothing is worth beside one that asks."""
DESCRIBE_WEIGHT = 0.5
"""What confidence that a description is wanted adds to the evidence for a named thing's description."""
DEFINING = 0.5
"""What a word such as "betyder" is evidence for wanting a description."""
COVERED = 0.65
"""What a refusal is worth when a well-supported answer has to do with all that the message says."""
OUTSIDE_MASS = 0.9
"""What the confidence in several kinds of refusal is worth, taken together."""
LEAST_REST = 0.25
"""The least share of the confidence that is left to other intents when a choice is set aside."""

# Sizes, in words.
ELLIPSIS_WORDS = 3
SHORT_FOLLOW_UP = 6
SHORT_MESSAGE = 2
OWN_PLACE_WORDS = 3
OWN_RSS_WORDS = 4
LONG_MESSAGE = 22

# Sizes of answers.
MOST_ANSWERS = 3
"""Answers to one message of several questions, where they are short enough together."""
ROOM_FOR_WARNING = 200
"""Characters that an answer leaves to the warning of personal data before it."""

# Groups of intents.
OUTSIDE = "out_of_scope"
CHANGE_OF_SUBJECT = "change_subject"
CHOOSE = "choose"
CORRECTION = "correct"
LEANING = frozenset({"validity", "source_of", "more", "who_then", "ask_contact_followup", "choose", "repeat"})
ELLIPTIC = frozenset({"ask_location_followup", "correct", "deny"})
ANSWERED_WITH = frozenset({"set_municipality", "affirm", "deny"})
"""What a question of ours is answered with."""
ASPECTS = frozenset({"status_of", "owner_of", "since_when", "members_of", "website_of", "same_as"})
DESCRIBING = ("describe", "explain_word")
WAYS = ("website_of", "contact", "ask_contact_followup")
"""What asks for the way to a thing; their look-ups answer for whatever is named."""
SOCIAL = frozenset(
    {
        *("greet", "how_are_you", "goodbye", "thanks", "apology", "praise", "insult", "affirm", "deny"),
        *("change_subject", "capabilities"),
    }
)
LISTS = frozenset(
    {"list_processes", "list_forums", "list_actors", "list_supports", "list_pilots", "list_rss", "list_contacts"}
)
INTENTS = (
    dict.fromkeys(LISTS, 0.7)
    | dict.fromkeys(ASPECTS, 0.75)
    | dict.fromkeys(LEANING, 0.9)
    | {
        "list_processes": 1.0,
        "website_of": 0.85,
        "describe": 0.7,
        "same_as": 0.6,
        "simplify": 0.7,
        "which_municipality": 0.5,
        "supports_for": 1.05,
        "pilots_for": 0.8,
        "goodbye": 0.8,
    }
)
"""What confidence in an intent is worth where less specific replies should yield to facts."""

# Groups of kinds and refs.
THINGS = tuple(sorted(NAME_KINDS - {"municipality", "county"}))
SUBJECTS = ("area", "term", "process", "change")
NAMING = (*THINGS, "municipality", "term", "process", "change")
"""The kinds that a message can be about with nothing said beside the name."""
DESCRIBED = ("pilot", "support", "forum", "contact", "term", "actor", "change", "rss")
RSS = frozenset({"actor:rss", "term:stodstruktur"})
COLLECTIVES = RSS | {"actor:kommun", "actor:region", "actor:fouenheter"}
"""What many questions mention that are about something else."""
