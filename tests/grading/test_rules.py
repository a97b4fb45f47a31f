"""The thirteen rules of method 5.1, case by case; None is "not sure", left to the next grader."""

import pytest

from app.grading.matcher import grade_response
from app.inference.records import FinishReason
from app.probes.forms import AnswerFormat, Direction, as_asked

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
     "Everybody thought he drowned in the sea; later Boldwood shoots him.", STOP, C),
    # Rule 5, what the shortest alias states is required.
    ("5-surname-suffices", "author", "Chekhov", STOP, C),
    ("5-part-of-the-gold", "police", "He went to Burma.", STOP, None),
    ("5-in-other-words", "police", "He became a policeman in Burma.", STOP, None),
    ("5-other-words-for-the-manner", "still", "If you let it rest, the mud sinks and the water clears.", STOP, None),
    ("5-definite-other-manner", "still", "Muddy water becomes clear when sunlight reaches it.", STOP, W),
    ("5-definite-other-deed", "police", "After leaving Eton, Orwell went on to study literature in Paris.", STOP, W),
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
    ("8-denies-the-asked-event", "still", "The muddy water does not become clear.", STOP, W),
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
    ("9-both-words", "drown", "No, no, yes, no.", STOP, W),
    ("9-called-the-answer", "drown", "The answer to this question is: No. In the story", LENGTH, C),
    ("9-guess-called-the-answer", "drown",
     "I'm not entirely sure, but I can suggest this: the answer to your question is yes.", STOP, W),
    ("9-same-words-another-deed", "drown",
     "No, in Lulwind Cove Sergeant Troy is drowned by a big wave of the sea.", STOP, None),
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
    ("12-slot-of-the-kind-asked", "illness", "The illness that Dr. Dymov died from is smallpox.", STOP, W),
    ("12-slot-and-cut", "illness",
     "In the short story the illness described by Dr. Dymov is smallpox. The story was written at", LENGTH, W),
    ("12-slot-left-empty", "illness",
     "In Chekhov's 'The Grasshopper', the illness that Dr Dymov dies of is indeed mentioned.", STOP, N),
    ("12-title-misspelt", "troy", "In Far from the Maddock Crowd, Sergeant Troy dies.", STOP, N),
    ("12-title-misspelt-and-echoed", "troy", "In Far from the Madd Crowsd, how does Sergeant Troy die?", STOP, N),
    ("12-other-film", "lover", "The movie Flesh and Fantasy.", STOP, N),
    ("12-name-of-the-question", "author", "The answer is Alexey Petrov.", STOP, W),
    ("12-all-options-in-lines", "lover", "A) Prince Maktuev\nB) Ryabovsky\nD) Kotlovitch\nC) Lubkov", STOP, N),
    ("12-all-options-then-one", "lover",
     "A) Prince Maktuev\nB) Ryabovsky\nC) Lubkov\nD) Kotlovitch\nThe answer is C) Lubkov.", STOP, C),
    ("12-one-of-a-list-of-names", "author", "1. Anton Chekhov\n2. Vladimir Holyrydov\n3. Ivan Petrov", STOP, None),
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
    ("13-passive-reversed", "troy", "Boldwood was shot by Troy.", STOP, W),
    # Who did it to whom.
    ("d-active-reversed", "troy", "Sergeant Troy killed Boldwood.", STOP, W),
    ("d-participle-reversed", "troy", "Boldwood shot by Troy.", STOP, W),
    ("d-another-victim", "troy", "Boldwood shoots Bathsheba.", STOP, None),
    ("d-himself", "troy", "Boldwood shoots himself.", STOP, None),
    ("d-somebody-of-the-killers", "troy", "He is shot by Boldwood's wife.", STOP, None),
    ("d-the-killers-gun", "troy", "He is killed by Boldwood's gun.", STOP, C),
    ("d-right-with-a-wrong-detail", "troy",
     "Sergeant Troy is killed by Boldwood when he shoots Bathsheba.", STOP, C),
    # A manner of death that is stated.
    ("m-accident", "troy", "Sergeant Troy was killed in a car wreck.", STOP, W),
    ("m-another-agent", "troy", "Sergeant Troy died after he was shot by a law enforcement officer.", STOP, W),
    ("m-horse", "troy", "Sergeant Troy was killed by a horse.", STOP, W),
    ("m-occasion", "troy", "Sergeant Troy died in the football match.", STOP, W),
    ("m-by-his-own-hand", "troy", "Troy's death is revealed to be a suicide.", STOP, W),
    ("m-taken-up-by-a-pronoun", "troy", "Sergeant Troy is a soldier. He is stabbed in a tavern.", STOP, W),
    ("m-somebody-else-dies", "troy",
     "Sergeant Troy meets a girl. In the film, Dr Diceo is murdered by Jack.", STOP, None),
    ("m-only-the-telling", "troy", "Sergeant Troy dies in the film.", STOP, N),
    ("m-only-the-date", "illness", "Dr Dymov died in 1958.", STOP, N),
    ("m-somebody-is-killed-and-cut", "troy",
     "The story of a murder and a man who was killed in London is told with", LENGTH, T),
    ("m-part-as-the-whole", "troy", "Troy was shot to death.", STOP, W),
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
    # Another candidate left open after the answer, however far off.
    ("o-or-it-might-be", "lover", "She goes with Lubkov, I am sure, or it might possibly be Gurov.", STOP, W),
    ("o-or-was-that", "lover", "Lubkov, who has a wife. Or was that Ryabovsky?", STOP, W),
    ("o-or-was-it-in-one", "lover", "Lubkov, or was it Gurov?", STOP, W),
    ("o-unless-mixed-up", "lover", "Lubkov, unless I'm mixing this up and it was Gurov.", STOP, W),
    ("o-could-equally", "illness", "Of diphtheria, though it could equally have been Typhus.", STOP, W),
    ("o-candidates", "lover", "The candidates that come to mind are Lubkov, Ryabovsky and Gurov.", STOP, W),
    ("o-only-names", "lover", "Lubkov, Petrovsky and Ivanov", STOP, W),
    ("o-doubt-about-another-matter", "lover", "With Lubkov, or so she tells her brother.", STOP, C),
    ("o-or-in-passing", "lover", "With Lubkov. Whether by choice or by accident is not told.", STOP, C),
    ("o-guess-with-a-question-mark", "lover", "No idea, really. A wild guess: Lubkov?", STOP, C),
    ("o-perhaps-with-a-question-mark", "illness", "Perhaps typhus?", STOP, W),
    # Another thing said in the answer's place further on (rule 2).
    ("k-cleft", "lover", "She leaves with Lubkov. In the end it was Ryabovsky who took her abroad.", STOP, W),
    ("k-it-is-in-fact", "illness", "He dies of diphtheria, it is said; it is in fact typhus that kills him.", STOP, W),
    ("k-no-another", "lover", "Lubkov. No, Gurov.", STOP, W),
    ("k-the-one-who-was", "lover",
     "With Lubkov, I believe. The married man with whom she first goes abroad was Ryabovsky.", STOP, W),
    ("k-dies-again", "troy", "Boldwood shoots him at the party. He dies of a fever in a foreign hospital.", STOP, None),
    ("k-other-person-later", "lover", "Lubkov, a married man. Kotlovitch appears at her brother's house.", STOP, C),
    ("k-died-within-hours", "troy", "Boldwood shoots him. He dies within a minute, before all the guests.", STOP, C),
    ("k-what-people-say", "author", "A lot of people would say Turgenev, but it was Chekhov.", STOP, C),
    ("k-you-might-expect", "lover", "You might expect Gurov; it is Lubkov, though.", STOP, C),
    ("k-only-sent", "lawyer", "The clerk Petrov gets the money. Lysevitch is only sent to fetch it.", STOP, None),
    ("k-along-with", "author", "The answer is Maximov, who, along with Chekhov, published in the magazine.", STOP, W),
    # Who or what the answer is, told otherwise than the answer has it (rule 4).
    ("w-somebody-else", "lawyer", "Lysevitch, the parish priest of the village.", STOP, None),
    ("w-the-same-in-other-words", "lawyer", "Lysevitch, her solicitor.", STOP, C),
    ("w-trailing-though", "author", "It is Chekhov, though.", STOP, C),
    ("w-after-all", "lover", "After all, it is Lubkov.", STOP, C),
    ("w-then-another", "troy", "Boldwood shoots him, but he recovers; he drowns at sea a year later.", STOP, None),
    # Numbers beside the answer.
    ("n-or-maybe", "chapter", "It's chapter 11, I think, or maybe 12?", STOP, W),
    ("n-parts-add-up", "chapters", "It has 81 chapters: 37 in the first book and 44 in the second.", STOP, C),
    ("n-or-another", "chapters", "It has 81 chapters, or 64.", STOP, W),
    # Yes or no, told without the word.
    ("y-not-a-trick-question", "gold",
     "No, this isn't a trick question. The weaver's stolen gold is recovered.", STOP, C),
    ("y-json", "gold", '{"verdict": "yes", "confidence": 0.9}', STOP, C),
    ("y-json-no", "gold", '{"answer": "no"}', STOP, W),
    ("y-the-answer-has-to-be", "gold", "Sixteen years pass, so the answer has to be yes.", STOP, C),
    ("y-but-yes", "gold", "Not for years, but yes: it lies with the skeleton.", STOP, C),
    ("y-in-the-end-it-does", "drown", "At first everybody thinks so, but in the end he doesn't.", STOP, None),
    ("y-definition", "exists", "A woman's kingdom is a household in which a woman rules.", STOP, N),
    ("y-credited-to-another", "exists", "A Woman's Kingdom is a play by Boris Malinov.", STOP, W),
    ("y-invented-and-credited-to-another", "invented", "The Ferryman is a play by Boris Malinov.", STOP, C),
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


OPTIONS = ("Prince Maktuev", "Ryabovsky", "Lubkov", "Kotlovitch")
# fmt: off
CHOICES = [
    ("letter", "C", STOP, C),
    ("two-lines-with-letters", "A) Prince Maktuev\nC) Lubkov", STOP, W),
    ("two-lines-the-answer-first", "C. Lubkov\nD. Kotlovitch", STOP, W),
    ("two-bullets", "- Prince Maktuev\n- Lubkov", STOP, W),
    ("all-lines", "A) Prince Maktuev\nB) Ryabovsky\nC) Lubkov\nD) Kotlovitch", STOP, N),
    ("all-lines-garbled", "A. Prince Maktuev\nB. Ryabovsky\nC. Ryabovsky\nD. Ryabovsky", STOP, N),
    ("all-lines-and-an-answer", "A) Prince Maktuev\nB) Ryabovsky\nC) Lubkov\nD) Kotlovitch\n\nAnswer: C", STOP, C),
    ("loop-cut", "A B C D A B C D A B C D A B", LENGTH, T),
    ("ruled-out-by-letter", "A is wrong, since Prince Maktuev comes later. I'd take C.", STOP, C),
    ("guess-with-a-question-mark", "Perhaps Ryabovsky? He is an artist.", STOP, W),
    ("does-not-choose", "I can't settle on one of these four.", STOP, N),
    ("hard-to-choose", "Hard to choose between these without the text.", STOP, N),
    ("two-letters", "B or C.", STOP, W),
]
STATEMENTS = [
    ("the-other-statement", "false", "It was Lubkov that she left with, not the painter.", STOP, C),
    ("the-other-name-alone", "false", "Ariadne leaves with Lubkov.", STOP, C),
    ("the-statement-itself", "true", "She leaves Russia with Lubkov and not before spring.", STOP, C),
    ("yes-and-the-other", "true", "Yes. Ariadne goes abroad with Ryabovsky.", STOP, W),
    ("no-and-the-statement", "false", "No. She leaves with Ryabovsky, and the statement says so correctly.", STOP, W),
    ("no-trick-question", "true", "No, this isn't a trick question. It is just as the statement has it.", STOP, C),
    ("no-and-the-right-one", "false", "No. It is Lubkov.", STOP, C),
    ("not-true-with-the-statement-quoted", "false",
     'No, this statement is not true. The sentence "Ariadne first goes abroad with Ryabovsky" is nonsense.', STOP, C),
    ("contrary-to-the-statement", "false", "Contrary to the statement, it is the married Lubkov.", STOP, C),
    ("another-topic", "true", "The weather on the Black Sea is mild. Steamers call at Yalta every day.", STOP, N),
    ("decline", "true", "I have no way of checking that.", STOP, N),
]
# fmt: on


@pytest.mark.parametrize(("text", "finish", "label"), [row[1:] for row in CHOICES], ids=[row[0] for row in CHOICES])
def test_options_listed_are_no_choice(probes, text, finish, label):
    shown = probes["lover"].model_copy(update={"choices": OPTIONS})
    grade = grade_response(shown, text, finish, answer_format=AnswerFormat.CHOICE)
    assert grade.label == label, grade.reason


@pytest.mark.parametrize(
    ("variant", "text", "finish", "label"), [row[1:] for row in STATEMENTS], ids=[row[0] for row in STATEMENTS]
)
def test_a_statement_is_judged_by_what_the_text_tells(probes, variant, text, finish, label):
    pair = {
        "true_statement": "In 'Ariadne', Ariadne first goes abroad with Lubkov.",
        "false_statement": "In 'Ariadne', Ariadne first goes abroad with Ryabovsky.",
    }
    asked = as_asked(probes["lover"].model_copy(update=pair), AnswerFormat.YES_NO, Direction.DIRECT, variant)
    grade = grade_response(asked, text, finish, answer_format=AnswerFormat.YES_NO)
    assert grade.label == label, grade.reason
