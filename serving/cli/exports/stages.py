"""Our stations on an action's way, told as the stages that a decision analyzer draws its funnel by."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stage:
    """order ascends along the way; pdstools takes 3800 and above for arbitration and what follows it."""

    name: str
    group: str
    order: int


ARBITRATION = Stage("ArbitrationPriorityThresholds", "Arbitration", 3800)
OUTPUT = Stage("Output", "Output", 10000)
LATER = Stage("Other", "FinalActionsProcessing", 3500)
"""For a station this table does not know."""

STAGES = {
    "validity": Stage("ActionAvailability", "AvailableActions", 100),
    "certificate": Stage("AgentCertificates", "AvailableActions", 200),
    "degraded": Stage("ActionEmergencyExclusion", "ChannelAvailabilityProductAssociations", 300),
    "identity": Stage("WrongPerson", "ChannelAvailabilityProductAssociations", 400),
    "consent": Stage("Consent", "EngagementPolicies", 1000),
    "answered": Stage("AnsweredInThisTalk", "JourneysContactPolicies", 2000),
    "serve_first": Stage("ServeFirst", "EngagementPolicies", 1100),
    "eligibility": Stage("AllActionsEligibility", "EngagementPolicies", 1200),
    "applicability": Stage("AllActionsApplicability", "EngagementPolicies", 1300),
    "suitability": Stage("AllActionsSuitability", "EngagementPolicies", 1400),
    "contact": Stage("ContactPoliciesActionSuppressions", "JourneysContactPolicies", 2100),
    "bundle": Stage("BundlingValidity", "AvailableTreatments", 3000),
    "script": Stage("TreatmentAvailability", "AvailableTreatments", 3100),
    "holdout": Stage("Holdout", "AvailableTreatments", 3200),
}
