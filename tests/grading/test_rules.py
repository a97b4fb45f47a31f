"""The thirteen rules of method 5.1, case by case; None is "not sure", left to the next grader."""

import pytest

from app.grading.matcher import grade_response
from app.inference.records import FinishReason

STOP, LENGTH = FinishReason.STOP, FinishReason.LENGTH
C, W, N, T, E = "correct", "incorrect", "not_attempted", "truncated", "empty"

# fmt: off
CASES = [
    # Rule 1, choice: text stands for the option; a letter alone has no known order here.
    ("1-letter-with-text", "lover", "C) Lubkov", STOP, C),
    ("1-letter-with-wrong-text", "lover", "(A) Prince Maktuev", STOP, W),
    ("1-letter-alone-is-left-to-others", "lover", "B", STOP, None),
    ("1-two-options", "lover", "Lubkov or Ryabovsky.", STOP, W),
    ("1-closing-sentence-names-one", "lover",
     "It could be Prince Maktuev, Ryabovsky, Lubkov or Kotlovitch. The answer is Lubkov.", STOP, C),
    # Rule 2, withdrawal: the last answer counts.
    ("2-withdrawn-for-right", "lover", "It was Gurov. Actually, no: it was Lubkov.", STOP, C),
    ("2-withdrawn-for-wrong", "lover", "It was Lubkov. Actually, no, it was Gurov.", STOP, W),
    ("2-correction", "illness", "Dymov dies of typhus. Correction: he dies of diphtheria.", STOP, C),
    ("2-wait-no", "chapter", "Chapter 15. Wait, no, chapter 11.", STOP, C),
    ("2-withdrawn-yes", "drown", "Yes. Scratch that: no, he survives.", STOP, C),
    ("2-thinking-does-not-count", "lover", "<think>Gurov? No, he is from another story.</think>Lubkov", STOP, C),
    ("2-thinking-whose-tag-opened-in-the-prompt", "lover", "Maybe Gurov?\n</think>\nLubkov", STOP, C),
    ("2-withdrawn-to-a-decline", "lover", "It was Gurov. Actually, no, I don't know.", STOP, N),
    # Rule 3, another candidate left open.
    ("3-or-perhaps", "lover", "Lubkov, or perhaps Gurov.", STOP, W),
    ("3-or-an-unknown-name", "lover", "Lubkov or possibly Petrovsky.", STOP, W),
    ("3-either", "illness", "Either diphtheria or cholera.", STOP, W),
    ("3-two-numbers", "chapter", "Chapter 11 or 12.", STOP, W),
    ("3-probably-alone-is-hedging", "lover", "Probably Lubkov.", STOP, C),
    ("3-or-another-name-of-the-same", "lawyer", "Lysevitch, or rather her lawyer Lysevitch.", STOP, C),
    ("3-slash", "lover", "Lubkov / Gurov", STOP, None),
    # Rule 4, detail counts only against the gold and what is asked.
    ("4-wrong-date-elsewhere", "troy", "Boldwood shoots him at a party in 1902.", STOP, C),
    ("4-extra-person", "lover", "With Lubkov, a friend of her brother Kotlovitsky.", STOP, C),
    ("4-explanation-after", "illness", "He dies of diphtheria, which he caught from a patient.", STOP, C),
    ("4-gold-and-a-known-wrong-one", "troy",
     "Everybody thought he drowned in the sea; later Boldwood shoots him.", STOP, None),
    # Rule 5, what the shortest alias states is required.
    ("5-surname-suffices", "author", "Chekhov", STOP, C),
    ("5-part-of-the-gold", "police", "He went to Burma.", STOP, None),
    ("5-shortest-alias", "police", "He joined the Indian Imperial Police.", STOP, C),
    ("5-killer-without-the-deed", "troy", "Because of Boldwood.", STOP, None),
    # Rule 6, denials.
    ("6-denies-a-wrong-answer", "lover", "Not Gurov.", STOP, N),
    ("6-denies-the-gold", "troy", "He is not shot by Boldwood.", STOP, W),
    ("6-denies-wrong-gives-right", "troy", "He does not drown at sea; Boldwood shoots him.", STOP, C),
    ("6-not-x-but-y", "lover", "Not with Gurov but with Lubkov.", STOP, C),
    ("6-no-before-the-answer", "troy", "No, Boldwood shoots him.", STOP, C),
    ("6-none-other-than", "lover", "It was none other than Lubkov.", STOP, C),
    ("6-contraction", "troy", "Boldwood doesn't shoot him.", STOP, W),
    ("6-rather-than", "lover", "Lubkov rather than Gurov.", STOP, C),
    # Rule 7, a guess after "I do not know" is an answer.
    ("7-right-guess", "lover", "I don't know, but I think it was Lubkov.", STOP, C),
    ("7-wrong-guess", "lover", "I do not know, but perhaps it was Gurov.", STOP, W),
    ("7-guess-at-an-unknown-name", "lover", "I'm not sure, but my guess is Petrovsky.", STOP, W),
    ("7-answer-then-doubt", "lover", "Lubkov, but I am not certain.", STOP, C),
    ("7-guessed-no", "drown", "I don't know, but probably no.", STOP, C),
    ("7-guessed-yes", "drown", "I'm not sure, but I think yes.", STOP, W),
    # Rule 8, premise.
    ("8-does-not-know-the-work", "lover", "I am not familiar with this story.", STOP, N),
    ("8-doubts-the-work", "lover", "There is no such story by Chekhov.", STOP, N),
    ("8-plain-decline", "lover", "I do not know.", STOP, N),
    ("8-apology", "illness", "I'm sorry, but I cannot recall the illness.", STOP, N),
    ("8-policy", "illness", "As an AI language model, I cannot discuss illness.", STOP, N),
    ("8-asks-back", "illness", "Could you please clarify which story you mean?", STOP, N),
    ("8-decline-that-names-the-gold", "troy", "I do not know whether Boldwood shoots him.", STOP, N),
    ("8-other-language", "illness", "Je ne sais pas.", STOP, N),
    ("8-curly-apostrophe", "illness", "I don’t know.", STOP, N),
    # Rule 9, yes or no.
    ("9-no", "drown", "No.", STOP, C),
    ("9-yes", "drown", "Yes, he does.", STOP, W),
    ("9-no-and-the-text-agrees", "drown", "No, Sergeant Troy does not drown; he is picked up by a boat.", STOP, C),
    ("9-no-and-the-text-disagrees", "drown", "No, Sergeant Troy drowns in Lulwind Cove while swimming.", STOP, W),
    ("9-yes-and-the-text-disagrees", "gold", "Yes, the stolen gold is never recovered.", STOP, W),
    ("9-text-alone-affirms", "gold", "The weaver's stolen gold is recovered sixteen years later.", STOP, C),
    ("9-text-alone-denies", "drown", "Sergeant Troy does not drown in the cove.", STOP, C),
    ("9-alias-alone", "drown", "He survives and joins a circus.", STOP, C),
    ("9-trap-alone", "drown", "Sadly his body is washed ashore.", STOP, W),
    ("9-no-i-dont-know", "drown", "No, I don't know.", STOP, N),
    ("9-no-i-was-not", "drown", "No, I was not.", STOP, N),
    ("9-not-what-is-asked", "drown", "No, that's not what is asked.", STOP, N),
    ("9-no-one-knows", "gold", "No one can tell.", STOP, N),
    ("9-bold", "drown", "**No**", STOP, C),
    ("9-the-answer-is-no", "drown", "The answer is no.", STOP, C),
    ("9-russian", "gold", "Да.", STOP, C),
    ("9-german", "drown", "Nein, er überlebt.", STOP, C),
    ("9-not-quite", "drown", "Not quite. He is swept out and rescued.", STOP, C),
    ("9-right-word-known-wrong-story", "drown", "No, but later his body is washed ashore.", STOP, W),
    # Rule 10, cut-off texts.
    ("10-answer-before-the-cut", "lover", "She goes abroad with Lubkov, a married man who", LENGTH, C),
    ("10-wrong-before-the-cut", "lover", "She goes abroad with Gurov, who", LENGTH, W),
    ("10-decline-before-the-cut", "lover", "I do not know. If you could", LENGTH, N),
    ("10-nothing-before-the-cut", "lover", "Chekhov's story is one of his finest and", LENGTH, T),
    ("10-breaks-off-though-ended", "lover", "The answer to this question would be:", STOP, T),
    ("10-ends-on-an-article", "illness", "He dies of the", STOP, T),
    ("10-verdict-before-the-cut", "drown", "No, he is carried out to sea and", LENGTH, C),
    # Rule 11, nothing left.
    ("11-nothing", "lover", "", STOP, E),
    ("11-signs", "lover", "…\n\n***", STOP, E),
    ("11-special-tokens", "lover", "<|im_end|>", STOP, E),
    ("11-only-thinking", "lover", "<think>Gurov or Lubkov?</think>", STOP, E),
    ("11-open-thinking", "lover", "<think>Gurov or Lub", LENGTH, T),
    # Rule 12, echoes and nonsense.
    ("12-question-echoed", "lover",
     "In Chekhov's story 'Ariadne', with which married man does Ariadne first go abroad?", STOP, N),
    ("12-yes-no-question-echoed", "gold", "In Silas Marner, is the weaver's stolen gold ever recovered?", STOP, N),
    ("12-other-topic", "illness",
     "The weather in Paris is lovely today. Many people go for a walk along the river on such days.", STOP, N),
    ("12-one-short-strange-sentence", "illness", "The weather in Paris is lovely today.", STOP, None),
    ("12-nonsense-cut", "illness", "The weather in Paris is lovely and", LENGTH, T),
    ("12-nonsense-names-a-person", "lover", "Ariadne first goes abroad with Harry Potter.", STOP, W),
    ("12-unknown-illness", "illness", "Dr Dymov dies of malaria.", STOP, W),
    ("12-all-options-cut", "lover", "Prince Maktuev, Ryabovsky, Lubkov, Kotlovitch", STOP, N),
    # Rule 13, language, spelling, transliteration.
    ("13-transliteration", "lawyer", "It was Lysevich.", STOP, C),
    ("13-cyrillic", "author", "Чехов", STOP, C),
    ("13-german-spelling", "author", "Anton Tschechow", STOP, C),
    ("13-accents", "author", "Antón Čechov", STOP, C),
    ("13-slip", "illness", "diptheria", STOP, C),
    ("13-inflection", "troy", "Boldwood shot him.", STOP, C),
    ("13-passive", "troy", "He was shot dead by Farmer Boldwood.", STOP, C),
    ("13-passive-reversed", "troy", "Boldwood was shot by Troy.", STOP, None),
    ("13-capitals", "lover", "LUBKOV", STOP, C),
    # Numbers are exact.
    ("n-word", "chapter", "The eleventh chapter.", STOP, C),
    ("n-roman", "chapter", "Chapter XI.", STOP, C),
    ("n-other", "chapter", "Chapter 12.", STOP, W),
    ("n-not-a-part-of-another", "chapter", "Chapter 111.", STOP, W),
    ("n-in-words", "chapters", "It has eighty-one chapters.", STOP, C),
    ("n-wrong-count", "chapters", "It is divided into 80 chapters.", STOP, W),
    ("n-thousands", "price", "1,000 roubles for a day.", STOP, C),
    ("n-wrong-price", "price", "Five hundred roubles.", STOP, W),
    # Attribution.
    ("a-other-author", "author", "Ivan Turgenev", STOP, W),
    ("a-unknown-author", "author", "The novella was written by Boris Malinov.", STOP, W),
    ("a-contemporary", "author", "It was written by a contemporary of Chekhov.", STOP, None),
    ("a-denied", "author", "It was not written by Chekhov.", STOP, W),
    # Existence.
    ("x-exists", "exists", "Yes, Chekhov published it in 1894.", STOP, C),
    ("x-denies", "exists", "There is no such story.", STOP, W),
    ("x-not-aware", "exists", "I am not aware of any story of that name.", STOP, N),
    ("x-rightly-denied", "invented", "There is no story of that title in Dubliners.", STOP, C),
    ("x-wrongly-affirmed", "invented", "Yes, it is the last story.", STOP, W),
    ("x-told-as-real", "invented", "The Ferryman tells the story of a boatman.", STOP, W),
    # Words that are answers only in their place.
    ("w-adverb", "still", "The water is still muddy in that chapter.", STOP, None),
    ("w-adjective", "still", "By being left still.", STOP, C),
    ("w-word-boundary", "chapter", "It is in chapter 1.", STOP, W),
    # Plots.
    ("p-told", "plot",
     "On Good Friday a student meets two widows, tells of Peter, they weep: tears, and then joy.", STOP, C),
    ("p-known-wrong", "plot", "A young man returns to his father like the prodigal son.", STOP, W),
    ("p-other-story", "plot",
     "The story follows a young girl named Masha. She runs away to sea and marries a pirate.", STOP, W),
    ("p-declined", "plot", "I am not familiar with that story.", STOP, N),
    ("p-half-told", "plot", "A student meets two widows and speaks of Peter.", STOP, None),
    ("p-themes-only", "plot", "The work explores themes of faith.", STOP, N),
    ("p-cut", "plot", "The Student is a short story that", LENGTH, T),
]
# fmt: on


@pytest.mark.parametrize(
    ("name", "text", "finish", "label"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_the_label_is_the_one_the_rule_gives(probes, name, text, finish, label):
    grade = grade_response(probes[name], text, finish)
    assert grade.label == label, grade.reason
