"""What pages call things."""

from groups.domain.groups import Kind

KIND_IN_WORDS = {
    Kind.NEIGHBOURHOOD_WATCH: "Neighbourhood Watch scheme",
    Kind.COMMUNITY_GROUP: "community group",
    Kind.WARD_PANEL: "police Ward Panel",
}
