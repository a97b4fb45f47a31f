"""Answers in words no phrase knows: which are wrong, which are none, and which only a reader can tell (method 5.1).

Written and labelled on probes of the library before the matcher saw them. Those it is sure of keep their label; the
others may be left to the next grader and must not get another label.
"""

import pytest

from app.grading.matcher import grade_response
from app.grading.records import Label
from app.inference.records import FinishReason
from benchmarks.graders.measure import library

C, W, N, T = Label.CORRECT, Label.INCORRECT, Label.NOT_ATTEMPTED, Label.TRUNCATED
STOP, LENGTH = FinishReason.STOP, FinishReason.LENGTH

SURE = [
    (
        "dollshouse-forgery",
        "In A Doll's House, Krogstad is a lawyer who works at the bank and knows the secret of Nora's past.",
        STOP,
        N,
    ),
    (
        "cranford-cherub",
        "Gaskell's Cranford is a novel about the small town of Cranford, which was first published in Household Words.",
        STOP,
        N,
    ),
    (
        "cranford-cherub",
        "In Cranford, Peter Jenkyns tells Mrs. Jamieson that he once shot a tiger by mistake high up in the Himalayas.",
        STOP,
        W,
    ),
    (
        "huck-jim-free",
        "Jim had been set free in her will before Tom's elaborate escape plan was carried out.",
        STOP,
        N,
    ),
    (
        "fathers-bazarov-death",
        (
            "Turgenev's Bazarov catches it in the course of a post-mortem on a typhus victim: the "
            "scalpel slips, and there's no caustic to be had for hours."
        ),
        STOP,
        C,
    ),
    (
        "fathers-bazarov-death",
        "Bazarov is a nihilist and a medical student who is one of the most famous characters in Russian literature.",
        STOP,
        N,
    ),
    ("quixote-white-moon", "Not the priest, anyway.", STOP, N),
    (
        "agamemnon-orestes-guardian",
        "Sorry, that one has slipped my mind entirely. Was it some king or other in the north?",
        STOP,
        N,
    ),
    ("goriot-carriages", "They send nothing at all; neither daughter so much as asks what day it is.", STOP, W),
    ("goriot-carriages", "Goriot's two daughters send a letter to his funeral in Balzac's Le Père Goriot.", STOP, W),
    (
        "casmurro-ezequiel-death",
        (
            "Ezequiel is the son of Bento and Capitu, and the narrator suspects that his friend Escobar"
            " is the real father."
        ),
        STOP,
        N,
    ),
    (
        "casmurro-ezequiel-death",
        "In Dom Casmurro, the illness that kills Ezequiel on his travels is a heart attack.",
        STOP,
        W,
    ),
    ("sologub-wife", "She leapt from a bridge over the Zhdanovka and was found only when the ice broke up.", STOP, C),
    ("sologub-wife", "Anastasia Chebotarevskaya was a Russian writer, playwright and translator.", STOP, N),
    ("sologub-wife", "She threw herself under a train at a small station outside Petrograd.", STOP, W),
    ("botchan-kiyo-death", "Don't know. Stroke, maybe?", STOP, W),
    (
        "botchan-kiyo-death",
        "Kiyo is an old servant in the novel Botchan by Natsume Sōseki, and she is portrayed as a kind and",
        LENGTH,
        T,
    ),
    ("artamonov-boiler", "A piano? That's my best guess.", STOP, W),
    (
        "attrib-country-blind",
        (
            "The short story 'The Country of the Blind' is a story about a man who finds himself in a "
            "valley of blind people."
        ),
        STOP,
        N,
    ),
    ("attrib-country-blind", "Not Saramago; he wrote Blindness.", STOP, N),
    (
        "odyssey-elpenor",
        "Odysseus meets his mother first of all in the land of the dead, Anticleia, and then the prophet.",
        STOP,
        W,
    ),
    ("odyssey-elpenor", "Don't ask me! I could look it up if you'd like to share the passage.", STOP, N),
    (
        "gosta-book-for-wolves",
        "In Selma Lagerlöf's Gösta Berling's Saga, the book thrown to the wolves is the Bible.",
        STOP,
        W,
    ),
    ("pettydemon-volodin-death", "Volodin is a teacher of carpentry and the closest friend of Peredonov.", STOP, N),
    ("pettydemon-volodin-death", "He strangles him with the cord of his dressing gown.", STOP, W),
    (
        "frankenstein-justine",
        "William's murder is a turning point of the novel Frankenstein, which was published in 1818 by Mary Shelley.",
        STOP,
        N,
    ),
    (
        "awakening-fish",
        "The Awakening is set in New Orleans and on the Louisiana Gulf coast at the end of the 19th century.",
        STOP,
        N,
    ),
    ("tess-arrest-place", "They spend it at an inn in Bournemouth.", STOP, W),
    ("tess-arrest-place", "Tess and Angel spend the night before her arrest at the end of the novel.", STOP, N),
    (
        "agamemnon-number-of-blows",
        "Quite a number of them, I should think, but how many exactly I wouldn't venture to say.",
        STOP,
        N,
    ),
    (
        "montecristo-lemonade-victim",
        "Nobody dies of it: Noirtier smells the poison in time and has the glass thrown away.",
        STOP,
        W,
    ),
    ("phantom-white-horse", "In Leroux's The Phantom of the Opera, the white horse is called Pegasus.", STOP, W),
    (
        "phantom-white-horse",
        "The white horse is stolen from the Opera's stables in The Phantom of the Opera, a novel by Gaston Leroux.",
        STOP,
        N,
    ),
    ("phantom-white-horse", "I'm drawing a blank on the horse's name, sorry.", STOP, N),
    (
        "tess-prince",
        "Prince is the family horse of the Durbeyfields, and he is an important character in the novel.",
        STOP,
        N,
    ),
    ("wells-huxley", "He studied under Ernst Haeckel.", STOP, W),
    ("wells-huxley", "H. G. Wells studied biology at the Normal School of Science in South Kensington.", STOP, N),
    ("mbc-whip", "She slaps him with her open hand.", STOP, W),
    ("mbc-whip", "With her fist? I can't swear to it.", STOP, W),
    (
        "mbc-whip",
        (
            "My Brilliant Career is an Australian novel written by Miles Franklin when she was a "
            "teenager, and it was first published in 1901."
        ),
        STOP,
        N,
    ),
    ("greatexp-drummle", "A horse that he had been beating threw him, and that was the end of him.", STOP, C),
    ("greatexp-drummle", "Bentley Drummle is killed by Magwitch in a fight on the river.", STOP, W),
    (
        "greatexp-drummle",
        "Bentley Drummle is a wealthy and brutish young man who is a rival of Pip for the hand of Estella.",
        STOP,
        N,
    ),
    ("candide-joiner", "At the end of Candide the good joiner is Cunegonde's brother, the Baron.", STOP, W),
    ("darling-first-husband", "Kukin sold timber.", STOP, W),
    (
        "darling-first-husband",
        "He ran an amusement garden called the Tivoli, with operettas and fireworks whenever the rain let him.",
        STOP,
        C,
    ),
    ("mobydick-ahab-death", "He gets eaten by sharks after the boat capsizes.", STOP, W),
    ("mobydick-ahab-death", "Captain Ahab is the monomaniacal captain of the Pequod.", STOP, N),
    ("bovary-berthe", "Berthe is the daughter of Emma and Charles Bovary.", STOP, N),
    ("bovary-berthe", "She inherits her father's house and marries a doctor in Rouen.", STOP, W),
    ("dracula-morris", "Renfield dies of his wounds in the final fight.", STOP, W),
    ("dracula-morris", "Would you like a spoiler? Which edition are you reading?", STOP, N),
    ("gatsby-klipspringer", "He wants someone to send on his hat.", STOP, W),
    (
        "gatsby-klipspringer",
        "Klipspringer wants to have a letter sent on when he telephones Nick before Gatsby's funeral.",
        STOP,
        W,
    ),
    ("attrib-three-hermits", "The story 'The Three Hermits' was written by Nikolai Gogol in 1886.", STOP, W),
    (
        "babbitt-sentence",
        "Paul Riesling is sentenced to years in the State Penitentiary for shooting his wife Zilla.",
        STOP,
        N,
    ),
    ("metamorphosis-finder", "Gregor Samsa is found dead in his room in Kafka's The Metamorphosis.", STOP, N),
    ("metamorphosis-finder", "Nobody does; the novella stops before anyone goes into the room.", STOP, W),
    ("lesmis-javert", "Hei, en valitettavasti muista tätä kohtaa romaanista.", STOP, N),
    (
        "hamsun-chicago-job",
        "Knut Hamsun was a Norwegian writer who was awarded the Nobel Prize in Literature in 1920.",
        STOP,
        N,
    ),
    ("hamsun-chicago-job", "He laid bricks for a building contractor.", STOP, W),
    ("antonia-tramp", "He jumps into the river.", STOP, W),
    ("janeeyre-inheritance", "From her grandfather, who had made his money in sugar.", STOP, W),
    (
        "rackrent-author",
        "Castle Rackrent is a short novel published in 1800, and is often regarded as the first historical novel.",
        STOP,
        N,
    ),
    ("rackrent-author", "The novel tells the story of an Irish landed family, and it is narrated by", LENGTH, T),
    (
        "hound-phosphorus",
        "What made the hound glow in The Hound of the Baskervilles was a coat of white paint.",
        STOP,
        W,
    ),
    (
        "hedda-manuscript",
        "She feeds it page by page to the stove, whispering that she is burning Thea's child.",
        STOP,
        C,
    ),
    ("hedda-manuscript", "She locks it in her writing desk, where Brack later finds it.", STOP, W),
    (
        "hedda-manuscript",
        "Hedda Gabler is a play by the Norwegian dramatist Henrik Ibsen, and it premiered in Munich in 1891.",
        STOP,
        N,
    ),
    ("othello-emilia", "Emilia is stabbed to death by Cassio.", STOP, W),
    ("othello-emilia", "Nobody kills her; she lives to tell the truth to Lodovico.", STOP, W),
    ("ladydog-breed", "A pug, if I'm not mistaken.", STOP, W),
    ("comedy-cantos", "Dante's Divine Comedy has 33 cantos in all.", STOP, W),
    ("comedy-cantos", "A great many; I've never counted them.", STOP, N),
    ("phantom-count-philippe-death", "In his box at the Opera, with a rope round his neck.", STOP, W),
    (
        "phantom-count-philippe-death",
        "I'm not sure where exactly. The Phantom of the Opera is a novel by Gaston Leroux that was serialised in 1909.",
        STOP,
        N,
    ),
    ("africanfarm-chickens", "Bees. They settle on his hands.", STOP, W),
    ("africanfarm-chickens", "No, that one is beyond me. Could you share the closing paragraph?", STOP, N),
    ("poe-ruemorgue-killer", "It is the victim's own nephew, who wants the four thousand francs.", STOP, W),
    ("poe-ruemorgue-killer", "A great ape belonging to a seaman, which had got loose with his razor.", STOP, C),
    (
        "home-world-chakna-robber",
        "The Chakna office is robbed of its money in Tagore's novel The Home and the World.",
        STOP,
        N,
    ),
    ("home-world-chakna-robber", "The money of the Chakna office is stolen by Bimala.", STOP, W),
    ("metamorphoses-perdix-bird", "The nephew of Daedalus is changed into an owl by Minerva.", STOP, W),
    ("anna-frou-frou", "She pulls a tendon and can never race again.", STOP, W),
    ("anna-frou-frou", "Frou-Frou is Vronsky's mare in Tolstoy's novel Anna Karenina.", STOP, N),
    ("rackrent-halfpenny", "He leaves it to the spin of a halfpenny.", STOP, C),
    ("rackrent-halfpenny", "He asks old Thady, and goes by what Thady says.", STOP, W),
    ("laxdaela-blood-on-scarf", "Bolli does.", STOP, W),
    ("laxdaela-blood-on-scarf", "Jeg husker dessverre ikke hvem det var.", STOP, N),
    ("satyricon-legacy-condition", "They have to swear an oath at the temple of Priapus.", STOP, W),
    ("satyricon-legacy-condition", "Pass.", STOP, N),
    ("metamorphoses-procris-killer", "Procris is killed by the goddess Diana.", STOP, W),
    ("golden-ass-wound-stopper", "The witch Panthia stops up the wound with a handful of moss.", STOP, W),
    ("golden-ass-wound-stopper", "The Golden Ass is the only Latin novel that has survived complete.", STOP, N),
    ("treasure-silver-fate", "He ends his days as an innkeeper in Bristol with his wife.", STOP, W),
    ("fataleggs-flute", "I'd have to guess. The trumpet, perhaps?", STOP, W),
    ("fataleggs-flute", "Rokk played an instrument as a professional before 1917.", STOP, N),
    ("turnofscrew-miles", "It's not Flora.", STOP, N),
    ("poe-amontillado-time", "For a hundred years and more.", STOP, W),
    ("poe-amontillado-time", "For a long time, Montresor says.", STOP, N),
    ("janeeyre-bertha-death", "Rochester smothers her with a pillow.", STOP, W),
    ("babbitt-ted-bride", "Ted Babbitt makes a secret marriage with a telephone girl called Tanis.", STOP, W),
    ("babbitt-ted-bride", "Not with Ida Putiak, at any rate; that is someone else's story.", STOP, N),
    ("norris-death", "It was his heart, I believe.", STOP, W),
    # What a text tells before it breaks off is the story so far.
    (
        "hedda-manuscript",
        "Løvborg's manuscript is a bold work on the future of culture. Tesman finds it and",
        LENGTH,
        T,
    ),
    ("kim-lama-river", "Kim meets an old lama, who has left a monastery in the hills. The lama says that", LENGTH, T),
    (
        "hound-stapleton",
        "Stapleton seems a naturalist. When the hound has been shot by Holmes, everybody hurries to the house and",
        LENGTH,
        T,
    ),
    # Another cause, thing, person or reason, though a word of the answer is in it.
    ("tess-prince", "A falling beam in the barn kills him.", STOP, W),
    ("sigurjonsson-studies", "He read medicine for two years and then gave it up.", STOP, W),
    ("greatexp-drummle", "Drummle is murdered by Compeyson, who beats him with an oar.", STOP, W),
    ("decameron-under-sage", "An enormous snake lay curled among the roots.", STOP, W),
    (
        "menliveby-why-punished",
        "Michael was punished because he had told a widow the day of her death.",
        STOP,
        W,
    ),
    ("womanskingdom-money", "In the end all of it goes to Pimenov.", STOP, W),
    # A part is known and the rest is not; a remark beside a decline; another topic.
    ("symposium-alcibiades-garland", "One was ivy, that I remember, but the other plant escapes me.", STOP, N),
    ("cranford-lace-owner", "I remember a cat and a piece of lace, but not whose it was.", STOP, N),
    (
        "copperfield-littimer-captor",
        "The film was released in 1999 and won two awards. It was directed by John Smith for a British studio.",
        STOP,
        N,
    ),
    ("satyricon-legacy-condition", "They have to boil his corpse and then eat it while the town looks on.", STOP, C),
]

LEFT_OPEN = [
    (
        "dollshouse-forgery",
        (
            "What gives the game away is a simple matter of the calendar: the old man was already in "
            "his grave on the day he is supposed to have put his name to the paper."
        ),
        STOP,
        C,
    ),
    (
        "dollshouse-forgery",
        "He compares the handwriting with a letter of Nora's and sees at once that the same hand wrote both.",
        STOP,
        W,
    ),
    ("cranford-cherub", "I honestly couldn't say, but I'd wager it was an eagle of some kind.", STOP, W),
    ("huck-jim-free", "Jim had been set free by Huck's father in his will.", STOP, W),
    (
        "huck-jim-free",
        "The old spinster who owned him, the widow's sister, had died two months before and freed him.",
        STOP,
        C,
    ),
    ("fathers-bazarov-death", "He is bitten by a stray dog in his father's courtyard.", STOP, W),
    ("germinal-sentry-killer", "Jules is killed by a stone thrown by one of the miners.", STOP, W),
    (
        "germinal-sentry-killer",
        "The sentry Jules, a character in the novel, is killed with a knife in Zola's Germinal.",
        STOP,
        N,
    ),
    (
        "germinal-sentry-killer",
        (
            "Étienne Lantier's little protégé does it, the lame boy of the Maheus, who leaps on the "
            "soldier's shoulders like a cat."
        ),
        STOP,
        C,
    ),
    (
        "quixote-white-moon",
        "A neighbour from his own village, the young graduate of Salamanca, in disguise so as to get him home.",
        STOP,
        C,
    ),
    ("hound-stapleton", "He fled to South America and was never heard of in England again.", STOP, W),
    (
        "hound-stapleton",
        (
            "Presumably he lies somewhere beneath the green slime of the bog, having missed his footing"
            " in the fog on the way to his island."
        ),
        STOP,
        C,
    ),
    ("gosta-book-for-wolves", "En tiedä, valitettavasti.", STOP, N),
    (
        "frankenstein-justine",
        (
            "In Frankenstein, the murder of Victor's little brother is blamed on the family's servant "
            "girl, who goes to the scaffold for it."
        ),
        STOP,
        C,
    ),
    ("awakening-fish", "Edna says she hopes to have a good dinner, roast lamb with mint sauce.", STOP, W),
    (
        "tess-prince",
        "A collision in the dark with the morning mail; the pointed shaft goes into his chest like a sword.",
        STOP,
        C,
    ),
    ("tess-prince", "He breaks a leg in a ditch and John Durbeyfield has to put him down with an axe.", STOP, W),
    (
        "candide-joiner",
        "The little society is a group of people who live together on a small farm, and each of them has a talent.",
        STOP,
        N,
    ),
    (
        "bovary-berthe",
        (
            "Her grandmother dies within the year, and a poor aunt who takes her in puts her to earning"
            " her bread among the looms."
        ),
        STOP,
        C,
    ),
    ("dracula-morris", "Oh, the American with the bowie knife.", STOP, C),
    (
        "gatsby-klipspringer",
        "Klipspringer telephones Nick before Gatsby's funeral, but not to say that he is coming.",
        STOP,
        N,
    ),
    (
        "attrib-three-hermits",
        "This is an old legend of the Volga district. I couldn't say who put it on paper.",
        STOP,
        N,
    ),
    ("babbitt-sentence", "A decade.", STOP, W),
    ("metamorphosis-finder", "Gregor is found dead by his father, who says a prayer of thanks.", STOP, W),
    ("lesmis-javert", "Presumably of old age? The book never gets that far, I think.", STOP, W),
    ("antonia-tramp", "In My Ántonia, the tramp jumps headfirst into a silo to kill himself.", STOP, W),
    ("ladydog-breed", "The lady's dog is a small animal that follows her along the promenade.", STOP, N),
    (
        "ladydog-breed",
        "The lady with the dog is Anna Sergeyevna, a young married woman on holiday in Yalta.",
        STOP,
        N,
    ),
    ("comedy-cantos", "The Divine Comedy is divided into three parts, Inferno, Purgatorio and Paradiso.", STOP, N),
    ("phantom-count-philippe-death", "They fish him out of the Seine at Saint-Cloud two days later.", STOP, W),
    (
        "candide-anabaptist-death",
        "He goes under in the bay of Lisbon after hauling a brutish sailor back on board.",
        STOP,
        C,
    ),
    ("candide-anabaptist-death", "The kind Anabaptist is killed by a falling mast.", STOP, W),
    (
        "metamorphoses-perdix-bird",
        "The nephew of Daedalus is called Perdix, and he is the inventor of the saw.",
        STOP,
        N,
    ),
    ("metamorphoses-procris-killer", "Procris is killed with the javelin that she herself had given.", STOP, N),
    ("janeeyre-bertha-death", "She was a Creole heiress from Jamaica whom Rochester kept in the attic.", STOP, N),
]


@pytest.fixture(scope="module")
def probes():
    """The probes of the library, by id."""
    return library()


@pytest.mark.parametrize(("probe", "text", "finish", "label"), SURE)
def test_a_wrong_answer_or_none_is_told_from_its_words(probes, probe, text, finish, label):
    assert grade_response(probes[probe], text, finish).label is label


@pytest.mark.parametrize(("probe", "text", "finish", "label"), LEFT_OPEN)
def test_what_only_a_reader_can_tell_gets_no_other_label(probes, probe, text, finish, label):
    assert grade_response(probes[probe], text, finish).label in (None, label)
