"""The steps of a route: one model a kind, each option with its meaning."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag

from sim.scenario.fields import Count, Money, Name, Names, TimeLaw, Word, choice
from sim.scenario.options import (
    Choices,
    Multipliers,
    Otherwise,
    Priority,
    PriorityOf,
    Set,
    Sharing,
    Targets,
    Units,
    WaitOrGo,
)

PreemptWord = Annotated[str, choice("none", "resume", "restart")]


class Strict(BaseModel):
    """A mapping in which an unknown key is refused."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, arbitrary_types_allowed=True, populate_by_name=True
    )

    description: Word | None = Field(None, description="What it is, in words.")


class Sourced(Strict):
    """A mapping that may say where the numbers in it come from."""

    source: Word | None = Field(None, description="Source of the numbers here that state none.")
    as_of: Word | None = Field(None, description="Date that the numbers here describe.")
    confidence: Word | None = Field(
        None, description="How sure: read, second-hand, derived or assumption."
    )


class Patience(Sourced):
    """How long one waits, and where one goes when it is over."""

    after: TimeLaw = Field(description="Law of the longest wait [time]; 0 is not to wait at all.")
    to: Name = Field(description="Step to go to when patience runs out.")


class Bump(Sourced):
    """What happens to a holder of lower priority whose unit is taken."""

    to: Name = Field(description="Step that the bumped holder goes to.")
    release: Names = Field((), description="Pools it gives back beside the unit it loses.")


class Room(Sourced):
    """A bound on how many may wait."""

    most: Count = Field(description="Most people waiting here [people].")
    to: Name = Field(description="Step that those go to who find no room.")


class Evict(Sourced):
    """Who has to leave when a gate closes."""

    through: Name = Field(description="Last step after the gate whose people must leave.")
    to: Name = Field(description="Step they go to.")
    release: Names = Field((), description="Pools they give back.")


class Effort(Sourced):
    """Work that grows or shrinks with a stock."""

    stock: Name = Field(description="Stock whose level is read when service starts.")
    table: Multipliers = Field(
        description="Multiplier of the work by level over initial level, linear between [factor]."
    )


class Onward(Sourced):
    """A step that has a next one."""

    next: Name = Field(description="Step that comes next.")


class Seize(Onward):
    """Take units of a pool, waiting in its line if there are none."""

    seize: Names = Field(description="Pool, or pools tried in order.")
    units: Units | None = Field(None, description="Units taken, all from one pool [units]; 1.")
    priority: Priority = Field(PriorityOf(), description="Priority in line; 1 goes before 2.")
    patience: Patience | None = Field(None, description="How long one waits and then what.")
    bump: Bump | None = Field(
        None, description="Take the unit of a holder of lower priority, who goes elsewhere."
    )


class Release(Onward):
    """Give units back to a pool."""

    release: Names = Field(description="Pools of which all that is held is given back.")


class Serve(Onward):
    """Wait for a server of a station and be served."""

    serve: Name = Field(description="Station.")
    work: TimeLaw = Field(description="Law of the work [time].")
    priority: Priority = Field(PriorityOf(), description="Priority in line; 1 goes before 2.")
    patience: Patience | None = Field(None, description="How long one waits and then what.")
    room: Room | None = Field(None, description="Most that may wait, and where the others go.")
    share: Sharing | None = Field(None, description="Weight of this class in sharing the servers.")
    preempt: PreemptWord = Field(
        "none", description="Whether work of lower priority is stopped: none, resume or restart."
    )
    effort: Effort | None = Field(None, description="Multiplier of the work, read from a stock.")


class Delay(Onward):
    """Let time pass; nothing scarce is used."""

    delay: TimeLaw = Field(description="Law of the delay [time].")


class Depart(Onward):
    """Wait for the next departure with a seat."""

    depart: Name = Field(description="Departure.")
    group: Word | None = Field(None, description="Destination group, a label.")
    priority: Priority = Field(PriorityOf(), description="Priority in line; 1 goes before 2.")
    patience: Patience | None = Field(None, description="How long one waits and then what.")


class Gate(Onward):
    """Pass if the gate is open. All who wait pass as it opens, so there is no priority."""

    gate: Name = Field(description="Gate.")
    closed: WaitOrGo = Field(Otherwise(None), description="When closed: wait, or {to: step}.")
    patience: Patience | None = Field(None, description="How long one waits and then what.")
    evict: Evict | None = Field(None, description="Who beyond the gate must leave as it closes.")


class Take(Onward):
    """Take units of a stock, which are used up."""

    take: Name = Field(description="Stock.")
    units: Units | None = Field(None, description="Units taken [units]; 1.")
    empty: WaitOrGo = Field(Otherwise(None), description="When empty: wait, or {to: step}.")
    priority: Priority = Field(PriorityOf(), description="Priority in line; 1 goes before 2.")
    patience: Patience | None = Field(None, description="How long one waits and then what.")


class Put(Onward):
    """Add units to a stock."""

    put: Name = Field(description="Stock.")
    units: Units | None = Field(None, description="Units added [units]; 1.")


class Deadline(Onward):
    """Start a clock that runs across steps."""

    deadline: Name = Field(description="Clock.")
    after: TimeLaw = Field(description="Law of the time until it expires [time].")
    to: Name = Field(description="Step that one goes to as it expires, from wherever one is.")
    release: Names = Field((), description="Pools given back as it expires.")


class Clear(Onward):
    """Stop a clock."""

    clear: Name = Field(description="Clock.")


class Branch(Sourced):
    """Choose among steps by chance or by an attribute."""

    branch: Choices = Field(description="Probabilities by choice, or the name of an attribute.")
    to: Targets = Field(description="Step for each choice.")


class SetStep(Onward):
    """Set an attribute of the entity."""

    set: Set = Field(description="Attribute and value.")


class Spawn(Onward):
    """Make a new entity."""

    spawn: Name = Field(description="Step that the new entity enters.")


class Exit(Sourced):
    """Leave, with an outcome."""

    exit: Word = Field(description="Outcome.")
    cost: Money | None = Field(None, description="Cost of each such exit [money].")


KINDS: dict[str, type[Strict]] = {
    "seize": Seize,
    "release": Release,
    "serve": Serve,
    "delay": Delay,
    "depart": Depart,
    "gate": Gate,
    "take": Take,
    "put": Put,
    "deadline": Deadline,
    "clear": Clear,
    "branch": Branch,
    "set": SetStep,
    "spawn": Spawn,
    "exit": Exit,
}

def kind_of(value: Any) -> str | None:
    """The kind of a step: the one key that names one; `release` beside a deadline is its option."""
    found = [kind for kind in KINDS if kind in value] if isinstance(value, dict) else []
    if len(found) > 1 and "release" in found:
        found.remove("release")
    return found[0] if len(found) == 1 else None


AnyStep = (
    Seize | Release | Serve | Delay | Depart | Gate | Take | Put | Deadline | Clear | Branch
    | SetStep | Spawn | Exit
)  # fmt: skip
Step = Annotated[
    Annotated[Seize, Tag("seize")]
    | Annotated[Release, Tag("release")]
    | Annotated[Serve, Tag("serve")]
    | Annotated[Delay, Tag("delay")]
    | Annotated[Depart, Tag("depart")]
    | Annotated[Gate, Tag("gate")]
    | Annotated[Take, Tag("take")]
    | Annotated[Put, Tag("put")]
    | Annotated[Deadline, Tag("deadline")]
    | Annotated[Clear, Tag("clear")]
    | Annotated[Branch, Tag("branch")]
    | Annotated[SetStep, Tag("set")]
    | Annotated[Spawn, Tag("spawn")]
    | Annotated[Exit, Tag("exit")],
    Discriminator(kind_of),
]
