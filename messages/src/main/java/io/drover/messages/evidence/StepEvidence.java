package io.drover.messages.evidence;

/**
 * What a step of a migration has to tell when it is done. A record holds the evidence of one step, whose name it has as
 * {@code STEP}; {@link EvidenceRecords} lists them. In the journal it is a JSON object, of which views of the database
 * read parts: a component that is renamed is another key there.
 */
public sealed interface StepEvidence
        permits CheckedVm,
                ConnectedDestination,
                PreparedDestination,
                OpenedDisks,
                ReplicatedDisks,
                CopiedImages,
                ComparedDisks,
                ComparedImages,
                MigratedMemory,
                SentRest,
                ComparedRest,
                CompletedSwitchover,
                GivenOwnership,
                ResumedDestination,
                PulledRest,
                VerifiedCopy,
                RetiredSource {}
