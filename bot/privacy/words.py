"""The words by which a case story is known. Not complete, and not meant to be: see `bot.privacy`."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


CLIENTS = _words(
    """
    klient klienten klients klientens brukare brukaren brukarens patienten patientens vårdtagare vårdtagaren
    pojke pojken pojkens flicka flickan flickans kille killen tjej tjejen dotter dottern dotterns son sonen sonens
    mamma mamman mammans pappa pappan pappans mor modern far fadern make maken maka makan hustru hustrun
    sambo sambon sambons pojkvän pojkvännen flickvän flickvännen syster systern bror brodern farmor farfar mormor
    morfar tonåring tonåringen kund kunden elev missbrukaren familjehemsbarn tvåbarnsmamma
    trebarnsmamma änka änkling
    client clients girl boy daughter mother father husband wife
    """
)
"""Words for a person that social services meet; a name in the same sentence is a client's or a relative's."""

ADJOINING = CLIENTS | _words("klienter patient barnet barn kvinnan kvinna mannen man ungdomen fru frun missbrukare")
"""The same, and words that are so common in general questions that only a name right after them counts."""

CONDITIONS = _words(
    """
    diagnos diagnosen diagnoser diagnostiserad adhd add autism autistisk asperger schizofreni schizofren bipolär
    depression deprimerad ångest demens dement alzheimers psykos psykotisk borderline ptsd hiv cancer cp epilepsi
    anorexi självmord självskadebeteende självskadar missbrukar alkoholist alkoholiserad narkoman heroin amfetamin
    knarkar dricker super beroende gravid misshandlad misshandlas misshandlar slår slagen våldtagen hotad
    omhändertagen placerad lvu lvm intagen avrättad vräkt vräks skuldsatt hemlös utvecklingsstörning
    utmattning sjukskriven
    """
)
"""What is told of a person in a case; a full name beside one is taken for a client's."""

HELP = _words(
    """
    insats insatser insatsen placering placeringar boendestöd hemtjänst försörjningsstöd kontaktfamilj kontaktperson
    orosanmälan ledsagning ledsagarservice avlösare bistånd daglig socialbidrag
    """
)
"""What social services give a person; somebody named in full who has it is taken for a client."""

GIVEN_NAMES = _words(
    """
    adam agnes ahmad ahmed aisha albin alex alexander alexandra alf alfred ali alice alicia alina alma alva amanda
    amelia amina amir anders andreas anette anita ann anna annelie annika anton arne arvid astrid axel assar barbro
    bengt benjamin berit bertil birgit birgitta bo britt britta carina carl carolina caroline catarina cecilia charlotte
    christer christian christina christoffer clara claes dag dan daniel david diana edith edvin edward elias elin
    elina elisabet elisabeth ella ellen ellinor elsa elvira emelie emil emilia emma erik erika ester eva evelina
    fabian fadi farah fatima felicia felix filip filippa folke frans fredrik freja frida gabriel gerd gun gunilla
    gunnar gunnel gustaf gustav göran hampus hamza hanna hannah hans harald hasan hassan hedda helen helena helene
    henrik hilda hjalmar hugo hussein håkan ibrahim ida inga ingegerd inger ingrid irene isabella isabelle isak ivar
    jakob jan jasmin jenny jens jesper jessica jimmy joakim johan johanna johannes john jonas jonathan josef josefin
    julia jörgen kaj kajsa kalle karim karin karl karolina kent kenneth kerstin khadija kim klara klas kristian
    kristina kristoffer kurt lars lasse leif leila lena lennart leo leon leyla liam lilly linda linnea linn linus
    lisa liselotte lova lovisa lucas ludvig lukas madeleine magdalena magnus maja malin marcus margareta maria
    mariam marianne marie markus martin martina maryam mats mattias max maya melker mia micael michael mikael milla
    milo minna mira moa mohamed mohammed mona monica monika muhammad mustafa märta måns nadia nathalie nellie nicklas
    niclas niklas nils noah nora nour ola olle olof oliver olivia omar oscar oskar osman otto ove patrik paul pelle
    per pernilla peter petra pia pontus rasmus rebecca rebecka reza rickard robert robin roger roland rolf ronja rose
    ruben rune saga said salma sam samir samuel sandra sanna sara sarah sebastian selma signe sigrid simon siv sixten
    sofia
    sofie sonja staffan stefan stella sten stig stina sture susanne susanna svante sven svetlana tage teodor terese
    theo therese thomas tilda tim tomas tobias tommy tony torbjörn tove tuva tyra ulf ulla ulrika urban vera
    veronica vidar viggo viktor viktoria vilhelm vilma vincent viola walter wilma yasmin ylva youssef yusuf yvonne
    zahra zeinab åke åsa örjan östen
    """
)
"""Common given names: what makes a name out of a word in lower case, or of the first word of a sentence."""

ALSO_WORDS = _words("per bo dag max sten stig alf sam said rose saga rune tage urban viola dan tim tove")
"""Given names that are words, or parts of names, as well: without a capital they are no names."""

NO_NAMES = _words(
    """
    jag du han hon hen vi ni de den det en ett vem vad vilken vilka hur när var varför finns kan ska har är
    min mitt mina vår vårt våra hans hennes deras och eller men om att som på i av för med till från vid hos
    heter kallas bor hej tack god fråga kommun kommunen region regionen län länet stad socialtjänsten myndigheten
    förvaltningen nämnden rådet centrum partnerskapet sverige svenska nationell nationella regional stöd
    """
)
"""Words that are no name although they begin with a capital (as the first word of a sentence does)."""
