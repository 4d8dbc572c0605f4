"""What a serverless duel costs: the functions' own code plays on the local AWS, and every call is counted.

``prices`` is the dated table, ``counted`` what was counted, ``bill`` the dollars, ``counting`` the one who counts;
``environment`` is a process that stands for an execution environment of Lambda, ``loopback`` what answers it,
``running`` a whole run and ``report`` what a person reads of it.
"""
