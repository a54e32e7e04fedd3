"""How each GA4 metric behaves over time, by its API name.

Names: https://developers.google.com/analytics/devguides/reporting/data/v1/api-schema. A suffix
after a colon (`keyEvents:sign_up`) narrows a metric and does not change how it behaves.
"""

from okrmodel.observations import Aggregation

SUMS = frozenset(
    {
        "addToCarts",
        "advertiserAdClicks",
        "advertiserAdCost",
        "advertiserAdImpressions",
        "checkouts",
        "conversions",
        "ecommercePurchases",
        "eventCount",
        "eventValue",
        "grossItemRevenue",
        "grossPurchaseRevenue",
        "itemDiscountAmount",
        "itemListClickEvents",
        "itemListViewEvents",
        "itemRefundAmount",
        "itemRevenue",
        "itemViewEvents",
        "itemsAddedToCart",
        "itemsCheckedOut",
        "itemsClickedInList",
        "itemsClickedInPromotion",
        "itemsPurchased",
        "itemsViewed",
        "itemsViewedInList",
        "itemsViewedInPromotion",
        "keyEvents",
        "newUsers",
        "organicGoogleSearchClicks",
        "organicGoogleSearchImpressions",
        "promotionClicks",
        "promotionViews",
        "publisherAdClicks",
        "publisherAdImpressions",
        "purchaseRevenue",
        "refundAmount",
        "screenPageViews",
        "shippingAmount",
        "taxAmount",
        "totalAdRevenue",
        "totalRevenue",
        "transactions",
        "userEngagementDuration",
    }
)
"""Additive: the sum of the days is the figure of the window."""

COUNTS = frozenset(
    {
        "active1DayUsers",
        "active28DayUsers",
        "active7DayUsers",
        "activeUsers",
        "crashAffectedUsers",
        "engagedSessions",
        "firstTimePurchasers",
        "scrolledUsers",
        "sessions",
        "totalPurchasers",
        "totalUsers",
    }
)
"""Distinct counts. Sessions, too: users and sessions are HyperLogLog++ estimates, and the days of
a large property sum up to 1.6 % off the window (https://developers.google.com/analytics/blog/2022/hll)."""

RATES = frozenset(
    {
        "advertiserAdCostPerClick",
        "advertiserAdCostPerKeyEvent",
        "averageCustomEvent",
        "averagePurchaseRevenue",
        "averagePurchaseRevenuePerPayingUser",
        "averagePurchaseRevenuePerUser",
        "averageRevenuePerUser",
        "averageSessionDuration",
        "bounceRate",
        "cartToViewRate",
        "crashFreeUsersRate",
        "dauPerMau",
        "dauPerWau",
        "engagementRate",
        "eventCountPerUser",
        "eventsPerSession",
        "firstTimePurchaserRate",
        "firstTimePurchasersPerNewUser",
        "itemListClickThroughRate",
        "itemPromotionClickThroughRate",
        "organicGoogleSearchAveragePosition",
        "organicGoogleSearchClickThroughRate",
        "purchaseToViewRate",
        "purchaserRate",
        "returnOnAdSpend",
        "screenPageViewsPerSession",
        "screenPageViewsPerUser",
        "sessionKeyEventRate",
        "sessionsPerUser",
        "transactionsPerPurchaser",
        "userKeyEventRate",
        "wauPerMau",
    }
)
"""Rates and means of the whole window: never averaged over days, and without traffic no data."""


def aggregation_of(metric: str) -> Aggregation | None:
    """What a metric's name implies; None for one that Google does not document (custom ones)."""
    plain = metric.partition(":")[0]
    if plain in SUMS:
        return Aggregation.SUM
    return Aggregation.DISTINCT if plain in COUNTS | RATES else None


def is_rate(metric: str) -> bool:
    """Whether the metric is a rate or a mean: nothing divided by nothing is not zero."""
    return metric.partition(":")[0] in RATES
